import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { openPostroom } from '../../tests/postroom.js';
import { SendError } from '../ports/courier.js';
import { destinationLeaseMs } from './drain.js';

/** Throws the first time it is asked for these words, not again. */
function onceFor(words: string, error: () => Error) {
  let thrown = false;
  return async (text: string) => {
    if (text !== words || thrown) return;
    thrown = true;
    throw error();
  };
}
const timedOut = () => new SendError('unknown', 'timeout', 'no answer within 10 s');

test('one destination gets its words in order although two processes send; a stuck one holds up no other', async (t) => {
  const room = await openPostroom(t);
  const [one, two] = [await room.process(), await room.process()];
  const stuck = new EventEmitter();
  room.before = async (text) => {
    if (text === '慢') await once(stuck, 'go');
  };
  await room.put('慢', 'direct:w:slow');
  void one.drain('direct:w:slow');
  for (let number = 0; number < 30; number++) await room.put(String(number));
  await Promise.all([one.drain(), two.drain(), one.drain(), two.drain()]);
  assert.deepEqual(
    room.heard(),
    Array.from({ length: 30 }, (_, number) => String(number)),
  );
  stuck.emit('go');
  await room.untilSent();
  assert.equal(room.heard().at(-1), '慢');
});

test('a send that timed out after it had arrived is repeated with its key, and read once', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.after = onceFor('您好', timedOut);
  await room.put('您好');
  await room.put('还在吗');
  await one.drain();
  assert.deepEqual(room.heard(), ['您好'], 'what is behind waits, since order is a promise');
  await room.untilSent();
  assert.deepEqual(room.attempts, ['您好', '您好', '还在吗']);
  assert.deepEqual(room.heard(), ['您好', '还在吗']);
  assert.deepEqual(await room.states(), ['您好 sent', '还在吗 sent']);
});

test('without a key a send of unknown fate is not repeated, and those behind go on', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.certainty = { kind: 'unkeyed' };
  room.after = onceFor('您好', timedOut);
  await room.put('您好');
  await room.put('还在吗');
  await one.drain();
  assert.deepEqual(room.attempts, ['您好', '还在吗']);
  assert.deepEqual(await room.states(), ['您好 unknown', '还在吗 sent']);
});

test('a key that has outlived its life is no key any more', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.certainty = { kind: 'keyed', lifeMs: 60_000 };
  room.after = onceFor('您好', timedOut);
  await room.put('您好');
  await one.drain();
  room.clock.jump(60_000);
  await room.untilSent();
  assert.deepEqual(await room.states(), ['您好 unknown']);
  assert.deepEqual(room.attempts, ['您好']);
});

test('what is refused holds up nobody', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.before = onceFor('太长了', () => new SendError('refused', '230025', 'the text is too long'));
  for (const words of ['您好', '太长了', '再见']) await room.put(words);
  await one.drain();
  assert.deepEqual(await room.states(), ['您好 sent', '太长了 refused', '再见 sent']);
  const [row] = await room.db.query<{ error: string }>(`select error from outbox where state = 'refused'`);
  assert.equal(row?.error, 'the text is too long');
});

test('what is refused in its form goes out in plain words, with a key of its own', async (t) => {
  const room = await openPostroom(t);
  const plain = { kind: 'text', to: { kind: 'direct', person: 'lin' }, text: '卡片的文字' } as const;
  const one = await room.process((_, composed) => ('out' in composed ? { ...composed, plain } : composed));
  room.before = onceFor(
    '卡片',
    () => new SendError('refused', '230099', 'the card is too big', { fallback: true }),
  );
  room.after = onceFor('卡片的文字', timedOut);
  await room.put('卡片');
  await one.drain();
  room.before = onceFor(
    '卡片',
    () => new SendError('refused', '230099', 'the card is too big', { fallback: true }),
  );
  await room.untilSent();
  assert.deepEqual(room.heard(), ['卡片的文字']);
  assert.deepEqual(await room.states(), ['卡片 sent']);
});

test('told to come back in 7 seconds, it does, and nothing overtakes', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.before = onceFor(
    '您好',
    () => new SendError('later', '99991400', 'too many requests', { retryAfterMs: 7_000 }),
  );
  await room.put('您好');
  await room.put('还在吗');
  await one.drain();
  assert.deepEqual(one.delays, [7_000]);
  room.clock.jump(5_000);
  await one.drain();
  assert.deepEqual(room.attempts, ['您好']);
  room.clock.jump(2_000);
  await one.drain();
  assert.deepEqual(room.heard(), ['您好', '还在吗']);
});

test('a platform that is down is asked more and more seldom, and given up after a day', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.before = async () => {
    throw new SendError('later', 'ECONNREFUSED', 'nobody answers');
  };
  await room.put('您好');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    await one.drain();
    const wait = one.delays.pop() ?? 0;
    waits.push(wait);
    room.clock.jump(wait);
  }
  assert.deepEqual(waits, [500, 2_000, 5_000, 15_000, 60_000, 300_000, 300_000]);
  room.clock.jump(24 * 3_600_000);
  await one.drain();
  assert.deepEqual(await room.states(), ['您好 refused']);
});

test('a process that dies between "sending" and the answer is followed by one that repeats with the same key', async (t) => {
  const room = await openPostroom(t);
  const [one, two] = [await room.process(), await room.process()];
  const gate = new EventEmitter();
  room.after = async () => {
    gate.emit('arrived');
    await once(gate, 'never');
  };
  await room.put('您好');
  const arrived = once(gate, 'arrived');
  void one.drain();
  await arrived;
  assert.deepEqual(await room.states(), ['您好 sending']);
  room.after = async () => {};
  await two.drain();
  assert.deepEqual(room.attempts, ['您好'], 'the first may be alive: its lease is believed');
  room.clock.jump(destinationLeaseMs);
  await two.drain();
  assert.deepEqual(room.attempts, ['您好', '您好']);
  assert.deepEqual(room.heard(), ['您好']);
  assert.deepEqual(await room.states(), ['您好 sent']);
  gate.emit('never');
});

test('a process that wakes after its lease was taken over sends nothing more', async (t) => {
  const room = await openPostroom(t);
  const [one, two] = [await room.process(), await room.process()];
  const gate = new EventEmitter();
  room.after = async (text) => {
    if (text !== '一') return;
    room.after = async () => {};
    gate.emit('arrived');
    await once(gate, 'wake');
  };
  for (const words of ['一', '二', '三']) await room.put(words);
  const arrived = once(gate, 'arrived');
  const sleeping = one.drain();
  await arrived;
  room.clock.jump(destinationLeaseMs);
  await two.drain();
  gate.emit('wake');
  await sleeping;
  assert.deepEqual(room.heard(), ['一', '二', '三']);
  assert.deepEqual(room.attempts, ['一', '一', '二', '三']);
});

test('a message over the limit waits its turn and is sent', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process();
  room.limits = [{ scope: 'chat', everyMs: 40, burst: 2 }];
  const times: number[] = [];
  room.before = async () => void times.push(room.clock.now());
  for (let number = 0; number < 6; number++) await room.put(String(number));
  await one.drain();
  await room.untilSent();
  assert.deepEqual(room.heard(), ['0', '1', '2', '3', '4', '5']);
  assert.ok(
    (times[5] ?? 0) - (times[0] ?? 0) >= 4 * 40 - 5,
    `six took ${(times[5] ?? 0) - (times[0] ?? 0)} ms`,
  );
});
