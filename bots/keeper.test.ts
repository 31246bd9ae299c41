import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { movableClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { SocketEars } from '../core/ports/bot.js';
import { json } from '../core/ports/delivery.js';
import { type KeeperParts, type KeeperSettings, keepConnected } from './keeper.js';

const second = 1000;
const minute = 60 * second;
const delivery = { method: 'STREAM', query: {}, headers: {}, body: Buffer.alloc(0) };

/** The other side of a connection, in the hands of a test. */
interface Far {
  ears: SocketEars;
  pongs: boolean;
  closed: boolean;
  hears(): void;
  breaks(): void;
  /** Is thrown out because another was opened. */
  isTaken(): void;
}

/** A keeper on a clock that the test moves, connected to nothing. */
function kept(settings: Partial<KeeperSettings> = {}, parts: Partial<KeeperParts> = {}) {
  const clock = movableClock(1_700_000_000_000);
  const waiting = new Map<number, { at: number; run: () => void }>();
  let timers = 0;
  const far: Far[] = [];
  const attempts: number[] = [];
  const gaps: [number, number][] = [];
  const alarms: string[] = [];
  const world = { refusing: false, mostOpen: 0, slow: Promise.resolve() };
  const open = () => far.filter((one) => !one.closed);

  const keeper = keepConnected(
    {
      name: 'test',
      clock,
      log: silent,
      random: () => 0,
      timers: {
        after(ms, run) {
          const id = timers++;
          waiting.set(id, { at: clock.now() + ms, run });
          return () => waiting.delete(id);
        },
      },
      async open(ears) {
        attempts.push(clock.now());
        await world.slow;
        if (world.refusing) throw new Error('refused');
        const one: Far = {
          ears,
          pongs: true,
          closed: false,
          hears: () => {
            ears.alive('application');
            void ears.heard(delivery);
          },
          breaks: () => {
            one.closed = true;
            ears.closed('broken');
          },
          isTaken: () => {
            one.closed = true;
            ears.closed('another was opened', 'taken');
          },
        };
        far.push(one);
        world.mostOpen = Math.max(world.mostOpen, open().length);
        return {
          pingEveryMs: 30 * second,
          ping: () => one.pongs && !one.closed && ears.alive('ping'),
          async close() {
            one.closed = true;
            ears.closed('closed');
          },
        };
      },
      heard: async () => json(200, {}),
      onGap: (from, to) => gaps.push([from, to]),
      onTaken: (reason) => alarms.push(reason),
      ...parts,
    },
    settings,
  );

  /** Moves time, running what falls due on the way. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now() + ms;
    await settle();
    for (;;) {
      const [next] = [...waiting].sort(([, a], [, b]) => a.at - b.at);
      if (!next || next[1].at > until) break;
      waiting.delete(next[0]);
      clock.set(Math.max(clock.now(), next[1].at));
      next[1].run();
      await settle();
    }
    clock.set(until);
  }

  return { keeper, clock, far, open, attempts, gaps, alarms, world, waiting, pass };
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await turn();
}

test('keeps two connections warm, and opens them one after the other', async () => {
  const { keeper, open, attempts, gaps, pass } = kept();
  await pass(0);
  assert.equal(open().length, 2);
  assert.equal(keeper.hearing(), 2);
  await pass(10 * minute);
  assert.equal(attempts.length, 2, 'a healthy pair is left alone');
  assert.deepEqual(gaps, [], 'the first connection ends no gap');
  await keeper.stop();
});

test('a lost connection is replaced soon, and is no gap while its sibling hears', async () => {
  const { keeper, far, open, gaps, pass } = kept();
  await pass(minute);
  far[0]?.breaks();
  await pass(second);
  assert.equal(open().length, 2);
  assert.deepEqual(gaps, []);
  await keeper.stop();
});

test('while nobody answers, attempts are spaced out and never more than one at a time', async () => {
  const { keeper, far, open, attempts, gaps, world, clock, pass } = kept();
  await pass(minute);
  const lostAt = clock.now();
  world.refusing = true;
  far[0]?.breaks();
  far[1]?.breaks();
  await pass(10 * minute);
  assert.ok(attempts.length - 2 <= 16, `${attempts.length - 2} attempts in ten minutes`);
  assert.ok(attempts.length - 2 >= 8, 'it goes on trying');
  world.refusing = false;
  await pass(2 * minute);
  assert.equal(open().length, 2, 'it comes back with as many as before, not with one per attempt');
  assert.equal(world.mostOpen, 2);
  const [[from, to] = [0, 0], ...more] = gaps;
  assert.deepEqual(more, []);
  assert.ok(from <= lostAt && from > lostAt - minute, 'the gap begins at the last sign of life');
  assert.ok(to >= lostAt + 10 * minute);
  await keeper.stop();
});

test('while one is slow to open, no other attempt begins', async () => {
  const { keeper, far, open, attempts, world, pass } = kept();
  await pass(minute);
  let opens = () => {};
  world.slow = new Promise((resolve) => {
    opens = resolve;
  });
  far[0]?.breaks();
  far[1]?.breaks();
  await pass(5 * minute);
  assert.equal(attempts.length, 3);
  opens();
  await pass(5 * second);
  assert.deepEqual([attempts.length, open().length], [4, 2]);
  await keeper.stop();
});

test('a server that accepts and throws out again is not stormed', async () => {
  const { keeper, far, attempts, pass } = kept();
  await pass(0);
  for (let step = 0; step < 600; step += 1) {
    for (const one of far) if (!one.closed) one.breaks();
    await pass(second);
  }
  assert.ok(attempts.length < 30, `${attempts.length} attempts in ten minutes`);
  await keeper.stop();
});

test('one that keeps failing beside a good one is not stormed either', async () => {
  const { keeper, far, attempts, pass } = kept();
  await pass(0);
  for (let step = 0; step < 600; step += 1) {
    for (const one of far.slice(1)) if (!one.closed) one.breaks();
    await pass(second);
  }
  assert.ok(attempts.length < 30, `${attempts.length} attempts in ten minutes`);
  await keeper.stop();
});

test('one that no longer answers pings is replaced, its successor first', async () => {
  const { keeper, far, open, world, gaps, pass } = kept();
  await pass(minute);
  if (far[0]) far[0].pongs = false;
  await pass(2 * minute);
  assert.equal(far[0]?.closed, true);
  assert.deepEqual([open().length, world.mostOpen], [2, 3]);
  assert.deepEqual(gaps, []);
  await keeper.stop();
});

test('when both fall silent, what may have been missed is told', async () => {
  const { keeper, far, clock, gaps, pass } = kept();
  await pass(minute);
  const before = clock.now();
  for (const one of far) one.pongs = false;
  await pass(2 * minute);
  assert.equal(gaps.length, 1);
  const [from, to] = gaps[0] ?? [0, 0];
  assert.ok(from <= before && from >= before - 31 * second && to > before);
  assert.equal(keeper.hearing(), 2);
  await keeper.stop();
});

test('one that answers pings but hears nothing, while its sibling hears, is deaf and replaced', async () => {
  const { keeper, far, open, pass } = kept({ deafMs: minute, missed: 5 });
  await pass(minute);
  far[0]?.hears();
  for (let heard = 0; heard < 4; heard += 1) far[1]?.hears();
  await pass(2 * minute);
  assert.equal(far[0]?.closed, false, 'four missed may be chance');
  far[1]?.hears();
  await pass(5 * second);
  assert.equal(far[0]?.closed, true);
  assert.equal(far[1]?.closed, false);
  assert.equal(open().length, 2);
  await keeper.stop();
});

test('in quiet times connections are renewed one by one, and none is dropped before its successor is open', async () => {
  const { keeper, open, attempts, gaps, world, pass } = kept({ quietMs: 15 * minute });
  for (let step = 0; step < 16; step += 1) {
    await pass(minute);
    assert.ok(open().length >= 2);
  }
  assert.equal(attempts.length, 4);
  assert.deepEqual([world.mostOpen, gaps.length], [3, 0]);
  await keeper.stop();
});

test('age alone is enough', async () => {
  const { keeper, far, attempts, pass } = kept({ maxAgeMs: 10 * minute });
  for (let step = 0; step < 11 * 6; step += 1) {
    for (const one of far) if (!one.closed) one.hears();
    await pass(10 * second);
  }
  assert.equal(attempts.length, 4);
  assert.deepEqual(
    far.map(({ closed }) => closed),
    [true, true, false, false],
  );
  await keeper.stop();
});

test('when the only address refuses, a worn connection is better than none', async () => {
  const { keeper, open, world, pass } = kept({ maxAgeMs: 10 * minute });
  await pass(9 * minute);
  world.refusing = true;
  await pass(10 * minute);
  assert.equal(open().length, 2);
  await keeper.stop();
});

test('one connection only, and only for who leads', async () => {
  let leading = false;
  const { keeper, open, world, gaps, pass } = kept({ size: 1 }, { leads: () => leading });
  await pass(minute);
  assert.equal(open().length, 0);
  leading = true;
  await pass(5 * second);
  assert.equal(open().length, 1);
  leading = false;
  await pass(5 * second);
  assert.equal(open().length, 0, 'the lease is gone, and so is the connection');
  leading = true;
  await pass(5 * second);
  assert.deepEqual([open().length, world.mostOpen, gaps.length], [1, 1, 0]);
  await keeper.stop();
});

test('who is thrown out by somebody else raises one alarm, and does not fight', async () => {
  const { keeper, far, clock, open, attempts, gaps, alarms, pass } = kept({ size: 1 });
  await pass(minute);
  const takenAt = clock.now();
  far[0]?.isTaken();
  await pass(6 * 60 * minute);
  assert.deepEqual([attempts.length, open().length, keeper.hearing()], [1, 0, 0]);
  assert.deepEqual(alarms, ['another was opened']);
  keeper.resume();
  await pass(5 * second);
  assert.deepEqual([open().length, attempts.length, alarms.length], [1, 2, 1]);
  assert.equal(gaps.length, 1, 'what was said meanwhile went to somebody else');
  assert.ok((gaps[0]?.[0] ?? 0) > takenAt - minute && (gaps[0]?.[1] ?? 0) > takenAt);
  far[1]?.isTaken();
  await pass(minute);
  assert.equal(alarms.length, 2, 'the next time is told again');
  await keeper.stop();
});

test('who is taken while still opening raises the alarm too', async () => {
  const alarms: string[] = [];
  let attempts = 0;
  const { keeper, pass } = kept(
    { size: 1 },
    {
      async open(ears) {
        attempts += 1;
        ears.closed('another was opened', 'taken');
        throw new Error('thrown out');
      },
      onTaken: (reason) => alarms.push(reason),
    },
  );
  await pass(10 * minute);
  assert.deepEqual([attempts, alarms.length], [1, 1]);
  await keeper.stop();
});

test('our own successor takes the place of the one it replaces, and that is no alarm', async () => {
  for (const when of ['while it is opened', 'once it is open']) {
    const { keeper, far, open, attempts, alarms, gaps, world, pass } = kept({
      size: 1,
      maxAgeMs: 10 * minute,
    });
    await pass(9 * minute);
    let opens = () => {};
    world.slow = new Promise((resolve) => {
      opens = resolve;
    });
    await pass(2 * minute);
    assert.equal(attempts.length, 2);
    if (when === 'while it is opened') far[0]?.isTaken();
    opens();
    await pass(second);
    if (when === 'once it is open') far[0]?.isTaken();
    await pass(minute);
    assert.deepEqual([open().length, attempts.length, alarms, gaps], [1, 2, [], []], when);
    await keeper.stop();
  }
});

test('a successor that throws out the one it replaces and then fails leaves a gap', async () => {
  const { keeper, far, clock, alarms, gaps, world, pass } = kept({ size: 1, maxAgeMs: 10 * minute });
  await pass(9 * minute);
  let opens = () => {};
  world.slow = new Promise((resolve) => {
    opens = resolve;
  });
  await pass(2 * minute);
  const thrownOutAt = clock.now();
  far[0]?.isTaken();
  world.refusing = true;
  opens();
  await pass(minute);
  world.refusing = false;
  await pass(2 * minute);
  assert.deepEqual([alarms, keeper.hearing(), gaps.length], [[], 1, 1]);
  assert.equal(gaps[0]?.[0], thrownOutAt);
  await keeper.stop();
});

test('the process that leads next throws out our last: no alarm, and leading again it opens again', async () => {
  let leading = true;
  const { keeper, far, open, alarms, pass } = kept({ size: 1 }, { leads: () => leading });
  await pass(minute);
  leading = false;
  far[0]?.isTaken();
  await pass(minute);
  leading = true;
  await pass(5 * second);
  assert.deepEqual([open().length, alarms], [1, []]);
  far[1]?.isTaken();
  await pass(minute);
  assert.equal(alarms.length, 1);
  leading = false;
  await pass(5 * second);
  leading = true;
  await pass(5 * second);
  assert.equal(open().length, 1, 'whoever leads anew looks for themselves');
  await keeper.stop();
});

test('stopping closes what is open and what was about to open, and leaves no timer', async () => {
  const { keeper, open, attempts, waiting, pass } = kept();
  const stopped = keeper.stop();
  await pass(0);
  await stopped;
  assert.deepEqual([open().length, attempts.length, waiting.size], [0, 1, 0]);
  await pass(10 * minute);
  assert.equal(attempts.length, 1);
});
