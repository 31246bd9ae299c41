import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../chromium.js';
import { testServer } from '../database.js';
import type { Findings, Proof } from './proof.js';
import { type NamedTest, regressions } from './regressions.js';

const dist = fileURLToPath(new URL('../../', import.meta.url));
/** In short: the quickest to run, as the whole of them is part of the tests anyway. */
const shortFiles = /^core\/(outbox|pipeline|conversations|cards|queues|members)\//;

/** What went wrong in other systems: each defect that can occur here is tried, by a test that is named in the register. */
export const again: Proof = {
  number: 7,
  name: 'Not again',
  claim:
    'Defects that are known from other systems and could occur here are each tried by a test that fails when they do. (In this process and those that its tests start.)',
  backends: ['postgres'],
  async run({ scope, size, redisServer, say }): Promise<Findings> {
    await testServer(scope);
    const chromium = await findChromium();
    if (chromium) process.env.TEST_CHROMIUM = chromium;
    if (redisServer) process.env.TEST_REDIS_SERVER = redisServer;
    const wanted = regressions.flatMap((one) => ('tests' in one ? one.tests : []));
    const tried = wanted.filter(({ file }) => size === 'full' || shortFiles.test(file));
    const files = [...new Set(tried.map(({ file }) => builtOf(file)))];
    const { passed, failed } = await outcomesOf(files, say);
    const broken = tried.filter((one) => !isAmong(one, passed)).map(({ file, name }) => `${file}: ${name}`);
    return {
      counted: {
        'defects tried by a test': regressions.filter((one) => 'tests' in one).length,
        'defects that cannot occur here': regressions.filter((one) => 'cannotOccur' in one).length,
        'tests of the register run': tried.length,
        'tests beside them that failed': failed,
      },
      broken: broken.map((one) => `did not pass: ${one}`),
    };
  },
};

/** A recording is tried by the tests beside its folder. */
function builtOf(file: string): string {
  if (!file.endsWith('.json')) return path.join(dist, file.replace(/\.ts$/, '.js'));
  const folder = path.dirname(path.dirname(file));
  const test = path.join(dist, folder, `${path.basename(folder)}.test.js`);
  if (!existsSync(test)) throw new Error(`No test is known that tries ${file}.`);
  return test;
}

async function outcomesOf(
  files: readonly string[],
  say: (line: string) => void,
): Promise<{ passed: Set<string>; failed: number }> {
  const passed = new Set<string>();
  let failed = 0;
  const events = run({ files: [...files], concurrency: 1 });
  events.on('test:pass', ({ name, skip }) => {
    if (skip === undefined) passed.add(name);
  });
  events.on('test:fail', ({ name }) => {
    failed += 1;
    say(`failed: ${name}`);
  });
  for await (const _ of events);
  return { passed, failed };
}

/** `…` in the register stands for what the name is filled with. */
function isAmong({ name, file }: NamedTest, passed: ReadonlySet<string>): boolean {
  if (passed.has(name)) return true;
  const filled = new RegExp(
    `${name.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&').replace('…', '.+')}${file.endsWith('.json') ? '' : '$'}`,
  );
  return [...passed].some((one) => filled.test(one));
}
