/**
 * `npm run bench`: how fast Imdesk is and what it takes, beside what it can fairly be compared with, in one run on the real
 * thing. Ratios come first, since figures are the machine's. Says whether a goal is met; fails only when something could
 * not be measured.
 *
 *   npm run bench                     everything
 *   npm run bench -- accept cards     these areas
 *   npm run bench -- --json           one JSON document
 *   npm run bench -- --quick          sizes so small that the figures mean nothing: does it run?
 */
import { parseArgs } from 'node:util';
import { findRedis } from '../tests/redis.js';
import { openScope } from '../tests/scope.js';
import type { Area } from './bench/area.js';
import { areas } from './bench/areas.js';
import { lookAtMachine } from './bench/machine.js';
import { machineText, type Result, resultText } from './bench/report.js';

function wishes() {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !areas.some((area) => area.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no area ${unknown}; there are ${areas.map(({ name }) => name).join(', ')}.`);
  const wanted = areas.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { ...values, wanted };
}

async function main(): Promise<void> {
  const { json, quick, wanted } = wishes();
  const redisServer = await findRedis();
  const machine = await lookAtMachine(redisServer);
  if (!json) console.log(`${machineText(machine)}\n`);
  if (!json && quick) console.log('--quick: the sizes are too small for the figures to mean anything.\n');
  const results: Result[] = [];
  for (const area of wanted) {
    const result = await measured(area, quick, redisServer);
    results.push(result);
    if (!json) console.log(resultText(result));
  }
  if (json) console.log(JSON.stringify({ machine, quick, areas: results }, null, 2));
  process.exitCode = results.some(({ failed }) => failed !== undefined) ? 1 : 0;
}

async function measured(area: Area, quick: boolean, redisServer: string | undefined): Promise<Result> {
  const { name, about } = area;
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  const say = (line: string): void => void process.stderr.write(`  ${name}: ${line}\n`);
  const scope = openScope();
  try {
    const measured = await area.run({ scope, quick, redisServer, say });
    return { name, about, seconds: seconds(), measured };
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, about, seconds: seconds(), measured: [], failed };
  } finally {
    await scope.close();
  }
}

await main();
