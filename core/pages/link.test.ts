import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { isOfPhase, type PageTarget, pageLinks, signPageLink, verifyPageLink } from './link.js';
import { packed, sign } from './signed.js';

const key = randomBytes(32);
const now = Date.UTC(2026, 10, 23, 9);
const target: fc.Arbitrary<PageTarget> = fc.record({
  tenantId: fc.uuid(),
  workspaceId: fc.uuid(),
  memberId: fc.uuid(),
  cardId: fc.uuid(),
  phase: fc.string({ unit: 'binary' }),
});
const time = fc.integer({ min: now + 1, max: 2 ** 47 });
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

test('a link comes back as it was made, and holds what it decides on without saying it', () => {
  fc.assert(
    fc.property(target, time, fc.string(), (given, expiresAt, other) => {
      const token = signPageLink(given, expiresAt, key);
      assert.match(token, /^[\w-]{136}$/);
      const found = verifyPageLink(token, key, now);
      assert.ok(found && !found.expired);
      const { phase, ...ids } = given;
      const { phasePrint, ...link } = found.link;
      assert.deepEqual(link, { ...ids, expiresAt });
      assert.ok(isOfPhase(found.link, phase));
      assert.equal(isOfPhase(found.link, other), other === phase);
    }),
  );
});

test('whatever is changed about a link, it is no longer one', () => {
  fc.assert(
    fc.property(
      target,
      time,
      fc.nat(135),
      fc.constantFrom(...alphabet),
      (given, expiresAt, place, letter) => {
        const token = signPageLink(given, expiresAt, key);
        const changed = token.slice(0, place) + letter + token.slice(place + 1);
        assert.equal(verifyPageLink(changed, key, now) !== undefined, changed === token);
      },
    ),
  );
  const token = signPageLink(fc.sample(target, 1)[0] ?? assert.fail(), now + 1, key);
  for (let bit = 0; bit < 102 * 8; bit++) {
    const bytes = Buffer.from(token, 'base64url');
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(verifyPageLink(bytes.toString('base64url'), key, now), undefined, `bit ${bit}`);
  }
});

test('nothing else passes for a link', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ minLength: 136, maxLength: 136 })), (text) => {
      assert.equal(verifyPageLink(text, key, now), undefined);
    }),
  );
  const given = fc.sample(target, 1)[0] ?? assert.fail();
  const token = signPageLink(given, now + 1, key);
  assert.equal(verifyPageLink(token, randomBytes(32), now), undefined, 'another installation’s');
  for (const odd of [`${token}=`, ` ${token}`, `${token}A`, token.slice(0, -1), token.replaceAll('-', '+')]) {
    if (odd !== token) assert.equal(verifyPageLink(odd, key, now), undefined, odd);
  }
  const ids = [given.tenantId, given.workspaceId, given.memberId, given.cardId];
  const body = Buffer.concat([packed(ids, now + 1), Buffer.alloc(8)]);
  assert.ok(verifyPageLink(sign('page link', body, key), key, now));
  assert.equal(
    verifyPageLink(sign('page session', body, key), key, now),
    undefined,
    'signed for something else',
  );
});

test('a link stays good for as long as it was made for, and is known as ours afterwards', () => {
  const lifeMs = 72 * 3_600_000;
  const given = fc.sample(target, 1)[0] ?? assert.fail();
  const address = pageLinks('https://desk.example', key)(given, now);
  const token = address.slice('https://desk.example/pages/'.length);
  assert.equal(verifyPageLink(token, key, now + lifeMs - 1)?.expired, false);
  assert.equal(verifyPageLink(token, key, now + lifeMs)?.expired, true);
});
