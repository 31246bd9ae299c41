import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../core/log.js';
import { startSandbox, until } from '../tests/sandbox.js';
import { openClock } from './clock.js';

const hour = 3_600_000;

test('without an address it is the time of day', async () => {
  const clock = await openClock(undefined, silent);
  assert.ok(Math.abs(clock.now() - Date.now()) < 50);
});

test('a served clock is followed when it is moved, and goes on at its usual pace', async (t) => {
  const sandbox = await startSandbox(t, {});
  const clock = await openClock(new URL('/control/clock', sandbox.url).href, silent);
  t.after(async () => clock.stop());
  const served = async () => (await sandbox.control<{ now: number }>('GET', 'clock')).now;
  assert.ok(Math.abs(clock.now() - (await served())) < 100);
  assert.ok(Number.isInteger(clock.now()));

  await sandbox.control('POST', 'clock', { advanceMs: 6 * hour });
  await until('six hours have passed', () => clock.now() - Date.now() > 6 * hour - 100);
  assert.ok(Math.abs(clock.now() - (await served())) < 100);
  let before = clock.now();
  for (let round = 0; round < 200; round += 1) {
    assert.ok(clock.now() >= before, 'time does not run backwards');
    before = clock.now();
  }
});

test('while the served clock is away time goes on', async (t) => {
  const gone: string[] = [];
  const log = { ...silent, warn: (_: unknown, message: string) => void gone.push(message) };
  const hooks: (() => Promise<void>)[] = [];
  const sandbox = await startSandbox({ after: (clean) => void hooks.push(clean) }, {});
  const clock = await openClock(new URL('/control/clock', sandbox.url).href, log);
  t.after(async () => clock.stop());
  for (const clean of hooks) await clean();
  await until('somebody is told', () => gone.length === 1);
  const before = clock.now();
  await until('time goes on', () => clock.now() > before + 50);
});

test('an address that does not answer, or answers something else, is no clock', async (t) => {
  const sandbox = await startSandbox(t, {});
  await assert.rejects(openClock('http://127.0.0.1:1/', silent));
  await assert.rejects(openClock(new URL('/control/world', sandbox.url).href, silent));
});
