import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deriveKey } from '../secrets/master-key.js';
import { signMediaLink, verifyMediaLink } from './link.js';

const key = deriveKey(Buffer.alloc(32, 7), 'media link');
const link = {
  tenantId: '01930000-0000-7000-8000-000000000001',
  mediaId: '01930000-0000-7000-8000-0000000000ff',
  expiresAt: 1_800_000_000_000,
};

test('a link opens its file until it expires', () => {
  const token = signMediaLink(link, key);
  assert.match(token, /^[\w-]+$/, 'fits into an address as it is');
  assert.deepEqual(verifyMediaLink(token, key, link.expiresAt - 1), link);
  assert.equal(verifyMediaLink(token, key, link.expiresAt), 'expired');
});

test('any ids and times come back as they were signed', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.uuid(),
      fc.integer({ min: 1, max: 2 ** 48 - 1 }),
      (tenantId, mediaId, expiresAt) => {
        const signed = { tenantId, mediaId, expiresAt };
        assert.deepEqual(verifyMediaLink(signMediaLink(signed, key), key, 0), signed);
      },
    ),
  );
});

test('an altered link, one of another installation, and nonsense open nothing', () => {
  const token = signMediaLink(link, key);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Az09_-.~'), (at, character) => {
      fc.pre(token[at] !== character);
      // The last character carries fewer bits than it could: only its spelling may differ there.
      const altered = token.slice(0, at) + character + token.slice(at + 1);
      fc.pre(
        !Buffer.from(altered, 'base64url').equals(Buffer.from(token, 'base64url')) || altered.includes('~'),
      );
      assert.equal(verifyMediaLink(altered, key, 0), 'forged');
    }),
  );
  assert.equal(verifyMediaLink(token, deriveKey(Buffer.alloc(32, 8), 'media link'), 0), 'forged');
  assert.equal(verifyMediaLink(token, deriveKey(Buffer.alloc(32, 7), 'pages'), 0), 'forged');
  for (const nonsense of ['', 'x', `${token}A`, token.slice(1), '../../etc/passwd']) {
    assert.equal(verifyMediaLink(nonsense, key, 0), 'forged');
  }
});

test('ids that are no UUIDs are not signed', () => {
  assert.throws(() => signMediaLink({ ...link, mediaId: '../secret' }, key), /needs UUIDs/);
});
