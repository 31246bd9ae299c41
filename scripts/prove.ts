/**
 * `npm run prove`: tries hard to make happen what may never happen, offline, against separate web, worker and gateway processes
 * and the sandbox on one clock; and says what was tried and what was seen. Fails when anything happened.
 *
 *   npm run prove                     all proofs, on both backends (Redis needs a redis-server)
 *   npm run prove -- --short          the same in small
 *   npm run prove -- --only 1,5       these only
 *   npm run prove -- --seed 7         other chances; a seed that failed fails again
 *   npm run prove -- --json           the report as JSON
 *   npm run prove -- --without-redis  for machines that have none
 */
import { parseArgs } from 'node:util';
import type { Findings, Proof } from '../tests/proof/proof.js';
import { proofs } from '../tests/proof/proofs.js';
import { findRedis } from '../tests/redis.js';
import { openScope } from '../tests/scope.js';
import type { Backend } from '../tests/stage.js';

interface Result extends Partial<Findings> {
  proof: number;
  name: string;
  claim: string;
  backend: Backend;
  outcome: 'held' | 'BROKEN' | 'NOT RUN';
  seconds: number;
  /** Why it did not run, or what kept it from its end. */
  reason?: string;
}

interface Wishes {
  short: boolean;
  json: boolean;
  seed: number;
  withoutRedis: boolean;
  only: readonly number[];
}

function wishes(): Wishes {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      'without-redis': { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',').filter(Boolean).map(Number);
  const unknown = only.filter((number) => !proofs.some((proof) => proof.number === number));
  if (unknown.length > 0)
    throw new Error(`There is no proof ${unknown}; there are ${proofs.map(({ number }) => number)}.`);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
  return { short: values.short, json: values.json, seed, withoutRedis: values['without-redis'], only };
}

async function main(): Promise<void> {
  const wanted = wishes();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const redisServer = await findRedis();
  const results: Result[] = [];
  for (const proof of proofs) {
    if (wanted.only.length > 0 && !wanted.only.includes(proof.number)) continue;
    for (const backend of proof.backends) {
      if (backend === 'redis' && wanted.withoutRedis) continue;
      const result = await tried(proof, backend, wanted, redisServer, say);
      results.push(result);
      if (!wanted.json) print(result);
    }
  }
  const bad = results.filter(({ outcome }) => outcome !== 'held');
  if (wanted.json) console.log(JSON.stringify({ seed: wanted.seed, short: wanted.short, results }, null, 2));
  else if (bad.length === 0) console.log(`All ${results.length} held (seed ${wanted.seed}).`);
  else console.log(`${bad.length} of ${results.length} did not hold or did not run (seed ${wanted.seed}).`);
  process.exitCode = bad.length === 0 && results.length > 0 ? 0 : 1;
}

async function tried(
  proof: Proof,
  backend: Backend,
  { seed, short }: Wishes,
  redisServer: string | undefined,
  say: (line: string) => void,
): Promise<Result> {
  const about = { proof: proof.number, name: proof.name, claim: proof.claim, backend };
  if (backend === 'redis' && redisServer === undefined) {
    const reason = 'no redis-server was found; install one, or say --without-redis';
    return { ...about, outcome: 'NOT RUN', seconds: 0, reason };
  }
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 100) / 10;
  const scope = openScope();
  try {
    const size = short ? 'short' : 'full';
    const told = (line: string) => say(`  ${proof.number} ${proof.name}, ${backend}: ${line}`);
    const findings = await proof.run({ scope, seed, size, backend, redisServer, say: told });
    const outcome = findings.broken.length === 0 ? 'held' : 'BROKEN';
    return { ...about, ...findings, outcome, seconds: seconds() };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...about, outcome: 'BROKEN', seconds: seconds(), reason };
  } finally {
    await scope.close();
  }
}

const shownOfBroken = 20;

function print({ proof, name, claim, backend, outcome, seconds, reason, counted, broken }: Result): void {
  console.log(`${proof}. ${name} (${backend}): ${outcome}, ${seconds} s`);
  console.log(`   ${claim}`);
  for (const [what, count] of Object.entries(counted ?? {}))
    console.log(`   ${count.toLocaleString('en').padStart(10)}  ${what}`);
  for (const one of broken?.slice(0, shownOfBroken) ?? []) console.log(`   ✗ ${one}`);
  if (broken && broken.length > shownOfBroken) console.log(`   ✗ and ${broken.length - shownOfBroken} more`);
  if (reason) console.log(`   ${reason}`);
  console.log();
}

await main();
