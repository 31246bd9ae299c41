import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { isSortedSignature, SealedEnvelope, sortedSignature } from './sealed-envelope.js';

/** Published samples: of WeCom's debugging tool and sample code, and of DingTalk's page on event encryption. */
const samples = [
  {
    about: 'WeCom, address check',
    token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
    key43: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws',
    receiver: 'ww6a112864f8022910',
    timestamp: '1583940690',
    nonce: 'VHh7ymSeb0jc4lSb',
    ciphertext: '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==',
    signature: '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
    message: '94966531020182955848408',
  },
  {
    about: 'WeCom, classic sample',
    token: 'QDG6eK',
    key43: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiver: 'wx5823bf96d3bd56c7',
    timestamp: '1409659589',
    nonce: '263014780',
    ciphertext: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
    message: '1616140317555161061',
  },
  {
    about: 'an AI bot of WeCom, whose receiver is empty',
    token: 'QDG6eK',
    key43: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    receiver: '',
    timestamp: '1700000000',
    nonce: 'nonce1',
    ciphertext: 'sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA==',
    signature: 'a5afee41edb2534741152f6294efc6d77fdf84ca',
    message: '{"msgtype":"text","text":{"content":"hi"}}',
  },
  {
    about: 'DingTalk, events',
    token: '123456',
    key43: '1234567890123456789012345678901234567890123',
    receiver: 'dingsnotzck6pm5veliw',
    timestamp: '1614767836',
    nonce: 'A7Co0cJLMzIDtMMI',
    ciphertext: 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==',
    signature: '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    message: 'success',
  },
];

for (const { about, timestamp, nonce, ciphertext, signature, message, ...settings } of samples) {
  test(`published sample: ${about}`, () => {
    const envelope = new SealedEnvelope(settings);
    assert.equal(envelope.signature(timestamp, nonce, ciphertext), signature);
    assert.ok(envelope.isSigned(signature, timestamp, nonce, ciphertext));
    assert.equal(envelope.open(ciphertext), message);
  });
}

const [sample] = samples.slice(1);
assert.ok(sample);

test('what was sealed for another receiver, cut or altered is not opened', () => {
  const { ciphertext, ...settings } = sample;
  assert.equal(
    new SealedEnvelope({ ...settings, receiver: 'wx5823bf96d3bd56c8' }).open(ciphertext),
    undefined,
  );
  assert.equal(new SealedEnvelope({ ...settings, receiver: '' }).open(ciphertext), undefined);
  const envelope = new SealedEnvelope(settings);
  assert.ok(!envelope.isSigned('5c45', settings.timestamp, settings.nonce, ciphertext));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(envelope.open(Buffer.from(bytes).toString('base64')), undefined);
    }),
  );
});

test('the official arithmetic reads what we seal, and we read what it seals', () => {
  const { ciphertext: _, ...settings } = sample;
  const envelope = new SealedEnvelope(settings);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (message) => {
      const sealed = envelope.seal(message, randomBytes(16));
      assert.deepEqual(decrypt(settings.key43, sealed).message, message);
      assert.equal(envelope.open(encrypt(settings.key43, message, settings.receiver)), message);
      assert.equal(envelope.signature('1', 'n', sealed), getSignature(settings.token, '1', 'n', sealed));
    }),
  );
});

/** Published with WeChat's page on message pushing: what is not sealed is signed over token, timestamp and nonce. */
for (const [timestamp, nonce, signature] of [
  ['1714036504', '1514711492', 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
  ['1714037059', '486452656', '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
] as const) {
  test(`published sample: WeChat, plain, ${nonce}`, () => {
    const parts = ['AAAAA', timestamp, nonce];
    assert.equal(sortedSignature(parts), signature);
    assert.ok(isSortedSignature(signature.toUpperCase(), parts));
    assert.ok(!isSortedSignature(`${signature}0`, parts));
    assert.ok(!isSortedSignature(signature, ['AAAAB', timestamp, nonce]));
  });
}
