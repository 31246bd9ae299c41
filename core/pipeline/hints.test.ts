import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { redisServer } from '../../tests/redis.js';
import { silent } from '../log.js';
import { type Hint, openHints, postgresWire, type Wire } from './hints.js';
import { redisWire } from './redis-wire.js';

const mailbox = (name: string): Hint => ({ kind: 'mailbox', tenantId: 't', name: `identity:${name}` });
const names = (hints: readonly Hint[]) =>
  hints.map((hint) => ('name' in hint ? hint.name.slice(9) : hint.kind));

/** A wire in memory that counts what goes over it. */
function memoryWire() {
  const air = new EventEmitter();
  const published: string[] = [];
  const wire: Wire = {
    async publish(text) {
      published.push(text);
      air.emit('text', text);
    },
    async subscribe(heard) {
      air.on('text', heard);
      return async () => void air.off('text', heard);
    },
  };
  return { wire, published, say: (text: string) => air.emit('text', text) };
}

async function ear(wire: Wire, processId: string) {
  const hints = await openHints(wire, processId, silent);
  const here: Hint[] = [];
  const there: Hint[] = [];
  hints.hear((hint, own) => (own ? here : there).push(hint));
  return { hints, here, there };
}

test('hints given together travel together, the same one once, and come back to nobody who gave them', async () => {
  const { wire, published } = memoryWire();
  const [a, b] = [await ear(wire, 'a'), await ear(wire, 'b')];
  for (let turn = 0; turn < 50; turn++) a.hints.give([mailbox('wang'), mailbox('li')]);
  assert.equal(a.here.length, 100, 'here they are heard at once');
  await a.hints.stop();
  assert.equal(published.length, 1);
  assert.deepEqual(names(b.there), ['wang', 'li']);
  assert.deepEqual(a.there, []);
  assert.deepEqual(b.here, []);
  await b.hints.stop();
});

test('a thousand hints fit the notifications of PostgreSQL', async () => {
  const { wire, published } = memoryWire();
  const [a, b] = [await ear(wire, 'a'), await ear(wire, 'b')];
  const many = Array.from({ length: 1_000 }, (_, number) => mailbox(`客户${number}`));
  a.hints.give(many);
  await a.hints.stop();
  assert.ok(published.every((text) => Buffer.byteLength(text) < 8_000));
  assert.deepEqual(names(b.there), names(many));
  await b.hints.stop();
});

test('what is no packet of ours is no hint and breaks nothing', async () => {
  const { wire, say } = memoryWire();
  const b = await ear(wire, 'b');
  for (const text of ['', 'x', '{', 'null', '{"from":"a"}', '{"from":"a","hints":[{"kind":"later"}]}'])
    say(text);
  assert.deepEqual(b.there, []);
  await b.hints.stop();
});

test('a wire that fails costs the others a hint and this process nothing', async () => {
  const wire: Wire = {
    publish: () => Promise.reject(new Error('cut')),
    subscribe: async () => async () => {},
  };
  const a = await ear(wire, 'a');
  a.hints.give([mailbox('wang')]);
  await a.hints.stop();
  assert.deepEqual(names(a.here), ['wang']);
});

async function reaches(wireOf: (processId: string) => Wire) {
  const [a, b] = [await ear(wireOf('a'), 'a'), await ear(wireOf('b'), 'b')];
  const heard = new Promise<void>((resolve) => b.hints.hear((_, own) => own || resolve()));
  a.hints.give([mailbox('王女士')]);
  await heard;
  await a.hints.stop();
  await b.hints.stop();
  assert.deepEqual(names(b.there), ['王女士']);
  assert.deepEqual(a.there, []);
}

test('hints reach another process through PostgreSQL', async (t) => {
  const { db } = await testDatabase(t);
  await reaches(() => postgresWire(db));
});

const skip = process.env.TEST_REDIS_SERVER ? false : 'no redis-server';
test('hints reach another process through Redis', { skip }, async (t) => {
  const url = await redisServer(t);
  await reaches(() => redisWire(url));
});
