import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../core/ports/delivery.js';
import { connectorContract } from '../contract.js';
import { connector } from './index.js';
import { mediaTicket, visitorToken } from './token.js';

const tokenKey = 'k'.repeat(40);
const now = 1_700_000_000_000;
const settings = { tokenKey, origins: ['https://shop.example'] };
const account = connector.account.parse(settings);
const visitor = { id: 'v-1', account: 'acc-1', identified: false, expires: now + 60_000 };
const token = visitorToken(visitor, tokenKey);

const deliver = (body: Buffer, headers: Record<string, string> = {}): Delivery => ({
  method: 'POST',
  query: {},
  headers: { authorization: `Bearer ${token}`, ...headers },
  body,
});
const says = (id: string, text: string) => ({ id, text });
const genuine = Buffer.from(JSON.stringify(says('m1', '退款')));
const bearer = (value: string) => deliver(genuine, { authorization: `Bearer ${value}` });
const [payload = '', signature = ''] = token.split('.');

connectorContract({
  connector,
  settings,
  now,
  deliver,
  says,
  unheardOf: { type: 'dance', id: 'x' },
  forged: {
    'no token': deliver(genuine, { authorization: '' }),
    'another visitor’s name under our signature': bearer(
      `${Buffer.from(JSON.stringify({ ...visitor, id: 'v-2' })).toString('base64url')}.${signature}`,
    ),
    'a cut signature': bearer(`${payload}.${signature.slice(0, 20)}`),
    'another key': bearer(visitorToken(visitor, 'z'.repeat(40))),
    'an expired one': bearer(visitorToken({ ...visitor, expires: now }, tokenKey)),
    'a ticket for a file': bearer(mediaTicket({ mediaId: 'm', visitor: 'v-1', type: 'file' }, tokenKey)),
    'a page of somebody else': deliver(genuine, { origin: 'https://evil.example' }),
    'a GET': { ...deliver(genuine), method: 'GET' },
  },
  echo: { waived: 'the widget reads our messages and never sends them back' },
});

test('the page is told without what stands behind the # or before the @', () => {
  const page = { url: 'https://user:pw@shop.example/item?id=7#token=secret', title: '商品' };
  const reading = connector.read(
    deliver(Buffer.from(JSON.stringify({ ...says('m', '在吗'), page }))),
    account,
    now,
  );
  assert.ok(reading.verified);
  const [event] = reading.events;
  assert.ok(event?.kind === 'message');
  assert.deepEqual(event.profile?.page, { url: 'https://shop.example/item?id=7', title: '商品' });
});
