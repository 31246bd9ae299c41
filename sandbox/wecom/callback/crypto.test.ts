import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as official from '@wecom/crypto';
import { CannotDecrypt, decrypt, encrypt, sign } from './crypto.js';

const sampleKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

/** Published with WeCom's own samples and debug tool; `random` re-makes the ciphertext to the byte. */
const vectors = [
  {
    name: 'GET check of the debug tool',
    token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
    key: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws',
    receiveId: 'ww6a112864f8022910',
    timestamp: '1583940690',
    nonce: 'VHh7ymSeb0jc4lSb',
    encrypted: '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==',
    signature: '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
    plain: '94966531020182955848408',
    random: '5QMsYcwjR95t2vmC',
  },
  {
    name: 'GET check of the official sample',
    token: 'QDG6eK',
    key: sampleKey,
    receiveId: 'wx5823bf96d3bd56c7',
    timestamp: '1409659589',
    nonce: '263014780',
    encrypted: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
    plain: '1616140317555161061',
    random: 'c41b64491c2468d0',
  },
  {
    name: 'POST text of the official sample',
    token: 'QDG6eK',
    key: sampleKey,
    receiveId: 'wx5823bf96d3bd56c7',
    timestamp: '1409659813',
    nonce: '1372623149',
    encrypted:
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
    signature: '477715d11cdb4164915debcba66cb864d751f3e6',
    plain: [
      '<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>',
      '<FromUserName><![CDATA[mycreate]]></FromUserName>',
      '<CreateTime>1409659813</CreateTime>',
      '<MsgType><![CDATA[text]]></MsgType>',
      '<Content><![CDATA[hello]]></Content>',
      '<MsgId>4561255354251345929</MsgId>',
      '<AgentID>218</AgentID>',
      '</xml>',
    ].join('\n'),
    random: '0960688932c47ef1',
  },
  {
    name: 'POST of the debug tool',
    token: 'kz7Yx62CH8SaLN',
    key: 'cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP',
    receiveId: 'ww6a112864f8022910',
    timestamp: '1583995625',
    nonce: '1584392382',
    encrypted:
      'EUCt7xMcNiyASzZj0Hjc5yDjFQrCum6AfQ3ntHiUzjGQ51xieKmbvtrZ40/EcB2W/W8yH0n4Lqx48gJl/T9HD/R309I0P/r5pIZucK3lyEn48FYMr4YdE0QdL2jIJ3xkcXUr6uzefzCxG6lMvwpAJaOyVCzN7sRRw47njfxy5EIqU6R9ZBhlTzfdnhhOhK/nTwzrZX3SoGlXFA9OBeZ6ru1NWpXFk76x9DUMe0lcxPPiUqK8ctnQcYXSGUHVqC6DfG7E7mab0OmruNN8cBZY5d3dYOBA4OgaH55Q0AJmUpdT8vNiXpXx+6TxT3TIjySXpDrHVyrsb772aYywgg/Nu4kUmGkALwFZlzhjNegR7wDwb9lr4ERXsSSS8JZ8lbBmaQ3F2Tq584xoPj5rIhXAF734ynm4no1g+SdHiNqR328=',
    signature: 'f265ae551b1932727204c3d707628d01376a6940',
    plain:
      '<xml><ToUserName><![CDATA[ww6a112864f8022910]]></ToUserName><FromUserName><![CDATA[foobar]]></FromUserName><CreateTime>1583995625</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[x123]]></Content><MsgId>2018405441</MsgId><AgentID>1000002</AgentID></xml>',
  },
  {
    name: 'JSON of an AI bot, for nobody',
    token: 'QDG6eK',
    key: sampleKey,
    receiveId: '',
    timestamp: '1700000000',
    nonce: 'nonce1',
    encrypted: 'sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA==',
    signature: 'a5afee41edb2534741152f6294efc6d77fdf84ca',
    plain: '{"msgtype":"text","text":{"content":"hi"}}',
    random: '0123456789abcdef',
  },
  {
    name: "GET check of Tencent's sample library",
    token: 'hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo',
    key: '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt',
    receiveId: 'ww1436e0e65a779aee',
    timestamp: '1476416373',
    nonce: '47744683',
    encrypted: 'fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA==',
    signature: '012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb',
    plain: '1288432023552776189',
  },
];

for (const vector of vectors) {
  test(`${vector.name}: signature, plain text and ciphertext`, () => {
    const { token, timestamp, nonce, encrypted, key, plain, receiveId } = vector;
    assert.equal(sign(token, timestamp, nonce, encrypted), vector.signature);
    assert.deepEqual(decrypt(encrypted, key), { message: plain, receiveId });
    if (vector.random) assert.equal(encrypt(plain, key, receiveId, Buffer.from(vector.random)), encrypted);
  });
}

test('the official library reads what is encrypted here, at every length of padding, and the other way round', () => {
  for (let length = 0; length <= 64; length += 1) {
    const plain = `${'字'.repeat(length)}x`;
    const ours = encrypt(plain, sampleKey, 'ww1', Buffer.alloc(16, length));
    const read = official.decrypt(sampleKey, ours);
    assert.deepEqual([read.message, read.id], [plain, 'ww1']);
    assert.deepEqual(decrypt(official.encrypt(sampleKey, plain, ''), sampleKey), {
      message: plain,
      receiveId: '',
    });
    assert.equal(sign('t', '1', 'n', ours), official.getSignature('t', '1', 'n', ours));
  }
});

test('what was tampered with, cut or encrypted under another key cannot be read', () => {
  const good = encrypt('hello', sampleKey, 'ww1', Buffer.alloc(16, 7));
  const bytes = Buffer.from(good, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
  const otherKey = '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt';
  for (const bad of [bytes.toString('base64'), good.slice(0, 40), ''])
    assert.throws(() => decrypt(bad, sampleKey), CannotDecrypt);
  assert.throws(() => decrypt(good, otherKey), CannotDecrypt);
});
