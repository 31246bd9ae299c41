import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samples } from '../../cards/samples.js';
import { botContract, type Refusal } from '../contract.js';
import webhook from './index.js';

const settings = { key: '0e2f9a3c-key-of-the-test' };
const card = samples.alert ?? assert.fail('no sample card');
const text = { kind: 'text', to: { kind: 'chat', chat: 'group' }, text: '您好' } as const;
const refused = (about: string, code: number, expected: Refusal['expected'], out: Refusal['out'] = text) => ({
  about,
  answer: { status: 200, body: JSON.stringify({ errcode: code, errmsg: 'words' }) },
  out,
  expected,
});
const delivery = { method: 'POST', query: {}, headers: {}, body: Buffer.from('<xml></xml>') };

botContract({
  bot: webhook,
  settings,
  now: 1_700_000_000_000,
  deliver: {},
  recordings: [],
  says: () => ({}),
  click: {},
  unheardOf: {},
  forged: { 'whatever comes': delivery, 'a look at it': { ...delivery, method: 'GET' } },
  understood: ({ body }) => body,
  platform: (answer) => answer,
  refusals: [
    refused('more than 20 in a minute', 45009, { fate: 'later', retryAfterMs: 60_000 }),
    refused('a robot that was removed', 93000, { fate: 'refused' }),
    refused(
      'a card it does not take: words may be',
      40058,
      { fate: 'refused', fallback: true },
      {
        kind: 'card',
        to: text.to,
        card: { ...card, page: 'https://desk.example/p' },
      },
    ),
    refused(
      'a person, to whom it can’t speak',
      0,
      { fate: 'refused' },
      {
        ...text,
        to: { kind: 'direct', person: 'lin' },
      },
    ),
    refused('something to take back', 0, { fate: 'refused' }, { kind: 'recall', messageId: 'm' }),
    {
      about: 'a server in trouble',
      answer: { status: 500, body: '' },
      out: text,
      expected: { fate: 'unknown' },
    },
  ],
  card,
  textAt: () => text,
});

test('the key is a secret, and the address it is in is told to nobody', () => {
  const courier = webhook.courier(settings, {
    clock: { now: () => 0 },
    log: Object.create(null),
    shared: Object.create(null),
    baseUrl: 'http://127.0.0.1:2',
    line: () => undefined,
  });
  return assert.rejects(courier.send(text, 'k'), (error: Error) => !error.message.includes(settings.key));
});
