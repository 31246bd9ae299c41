import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import type { Delivery } from '../../core/ports/delivery.js';
import { connectorContract } from '../contract.js';
import { connector } from './index.js';
import { fitsMenu, menuOf, saidBy, startOf } from './menu.js';
import { partsOf } from './parts.js';
import { pingXml, sealed } from './sealed.js';
import { tokenIn } from './ticket.js';
import { welcomeIn } from './welcome.js';

const now = 1_700_000_000_000;
const settings = {
  corpId: 'ww0123456789abcdef',
  secret: 'secret-of-the-test',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  openKfId: 'wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw',
};
const account = connector.account.parse(settings);
const pull = (body: Buffer): Delivery => ({ method: 'PULL', query: {}, headers: {}, body });
const ping = (at = now, more = {}) =>
  sealed(account, pingXml(settings.corpId, settings.openKfId, 'ENCtoken', at, more), at);
const genuine = ping();
const said = { open_kfid: settings.openKfId, external_userid: 'wm1', send_time: now / 1000, origin: 3 };

connectorContract({
  connector,
  settings,
  now,
  deliver: pull,
  says: (msgid, content) => ({ ...said, msgid, msgtype: 'text', text: { content } }),
  unheardOf: { ...said, msgid: 'u1', msgtype: 'dance', dance: {} },
  forged: {
    'a changed body': {
      ...genuine,
      body: Buffer.from(genuine.body.toString().replace('Encrypt><![CDATA[', 'Encrypt><![CDATA[AAAA')),
    },
    'a changed nonce': { ...genuine, query: { ...genuine.query, nonce: '1' } },
    'a changed time': { ...genuine, query: { ...genuine.query, timestamp: `${now / 1000 + 1}` } },
    'no signature': { ...genuine, query: {} },
    'a stale one': ping(now - 301_000),
    'one from the future': ping(now + 301_000),
    'somebody else’s token': sealed(
      { ...account, token: 'another' },
      pingXml(settings.corpId, 'wk', 't', now),
      now,
    ),
    'another enterprise': sealed(
      { ...account, corpId: 'ww9' },
      pingXml('ww9', settings.openKfId, 't', now),
      now,
    ),
    'another enterprise inside': sealed(account, pingXml('ww9', settings.openKfId, 't', now), now),
    'no XML': { ...genuine, body: Buffer.from('{}') },
    'a PUT': { ...genuine, method: 'PUT' },
    'a check that is no number': sealed(account, '<xml>secret</xml>', now, 'GET'),
    'a stale check': sealed(account, '1616140317555161061', now - 301_000, 'GET'),
  },
  echo: { waived: 'what is sent by the API is not among what is pulled' },
});

const fixtures = z
  .array(z.object({ name: z.string(), item: z.unknown(), reads: z.unknown() }))
  .parse(JSON.parse(readFileSync(new URL('./fixtures/items.json', import.meta.url), 'utf8')));

describe('微信客服, pulled', () => {
  for (const { name, item, reads } of fixtures) {
    test(name, () => {
      const reading = connector.read(pull(Buffer.from(JSON.stringify(item))), account, now);
      assert.ok(reading.verified);
      assert.deepEqual(reading.events, [reads]);
    });
  }

  test('what is no item is refused, so that it is seen in the log', () => {
    for (const body of ['', '[]', '{"msgid":1}', 'null'])
      assert.equal(connector.read(pull(Buffer.from(body)), account, now).verified, false);
  });
});

describe('微信客服, pinged', () => {
  test('the check is answered with the bare number', () => {
    const reading = connector.read(sealed(account, '1616140317555161061', now, 'GET'), account, now);
    assert.deepEqual(
      [reading.verified, reading.response.status, reading.response.body],
      [true, 200, '1616140317555161061'],
    );
  });

  test('a ping says that there is something to pull, and its token is good for ten minutes', () => {
    const reading = connector.read(genuine, account, now + 1000);
    assert.ok(reading.verified);
    assert.deepEqual([reading.events, reading.response.body], [[], 'success']);
    assert.equal(tokenIn(reading.pulls, now + 9 * 60_000), 'ENCtoken');
    assert.equal(tokenIn(reading.pulls, now + 10 * 60_000), undefined);
    assert.equal(tokenIn('', now), undefined);
  });

  test('another account of the enterprise, and another event, are answered and nothing is pulled', () => {
    for (const delivery of [
      ping(now, { OpenKfId: 'wkElse' }),
      ping(now, { Event: 'kf_account_auth_change' }),
    ]) {
      const reading = connector.read(delivery, account, now);
      assert.ok(reading.verified);
      assert.deepEqual([reading.pulls, reading.events, reading.response.body], [undefined, [], 'success']);
    }
  });
});

describe('what goes out is within what WeCom takes', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 400 });

  test('a text in parts is all of it, and no part is too long', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 64 }), (whole, max) => {
        const parts = partsOf(whole, max);
        for (const part of parts) assert.ok(Buffer.byteLength(part) <= max);
        const plain = (some: string) => some.replace(/\s/g, '');
        assert.equal(plain(parts.join('')), plain(whole));
      }),
    );
  });

  test('a tap says what its choice stands for, or what it shows', () => {
    fc.assert(
      fc.property(text, text, (label, say) => {
        const [entry] = z
          .object({ list: z.array(z.object({ click: z.object({ id: z.string(), content: z.string() }) })) })
          .parse(menuOf('请选择', [{ label, say }])).list;
        assert.ok(entry);
        assert.ok(Buffer.byteLength(entry.click.id) <= 128 && Buffer.byteLength(entry.click.content) <= 128);
        assert.match(entry.click.id, /^[0-9A-Za-z_-]+$/);
        const heard = saidBy(entry.click.id, entry.click.content);
        assert.ok(heard === say.toWellFormed() || heard === startOf(label, 128));
      }),
    );
  });

  test('a menu stands only for words that fit above it', () => {
    const choices = [{ label: '人工', say: '转人工' }];
    assert.ok(fitsMenu('您好', choices));
    for (const head of ['', 'x'.repeat(1025)]) assert.ok(!fitsMenu(head, choices));
    assert.ok(!fitsMenu('您好', []));
  });

  test('a welcome code is late after twenty seconds', () => {
    assert.deepEqual(welcomeIn(`welcome ${now} abc`, now + 5_000), { code: 'abc', late: false });
    assert.deepEqual(welcomeIn(`welcome ${now} abc`, now + 20_000), { code: 'abc', late: true });
    assert.equal(welcomeIn('else', now), undefined);
  });
});
