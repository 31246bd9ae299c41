/**
 * Runs the tests: builds, starts one PostgreSQL for the whole run, and hands its address to the test files, each of
 * which makes a database of its own. The last line is `N passed, N failed`; what could not run is said just above it.
 *
 *   npm test                    everything
 *   npm test -- core/mailbox    only the files whose path contains one of the words
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

await import('./build.mjs');

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const wanted = process.argv.slice(2);
const all = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.test.js'));
const files = all
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort()
  .map((file) => path.join(dist, file));

const { startEmbeddedPostgres } = await import('../dist/core/storage/embedded.js');
const { findChromium } = await import('../dist/tests/chromium.js');
const { findRedis } = await import('../dist/tests/redis.js');

const notRun = [];
const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-test-'));
const postgres = await startEmbeddedPostgres({ dir: path.join(folder, 'postgres'), durable: false });
process.env.TEST_DATABASE_URL = postgres.url;
const chromium = await findChromium();
if (chromium) process.env.TEST_CHROMIUM = chromium;
else notRun.push('the walks in a browser (tests/walk): no Chromium was found and none could be installed');
const redis = await findRedis();
if (redis) process.env.TEST_REDIS_SERVER = redis;
else notRun.push('jobs and hints on Redis: no redis-server was found (apt-get install redis-server)');

let passed = 0;
let failed = 0;
const events = run({
  files,
  concurrency: Math.max(1, Math.min(2, cpus().length)),
  execArgv: ['--enable-source-maps'],
});
events.on('test:pass', ({ details, skip }) => {
  if (details.type !== 'suite' && skip === undefined) passed += 1;
});
events.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') failed += 1;
});
await new Promise((resolve, reject) => {
  const report = events.compose(spec);
  report.pipe(process.stdout);
  report.on('end', resolve);
  report.on('error', reject);
});

await postgres.stop();
await rm(folder, { recursive: true, force: true });
for (const reason of notRun) console.log(`NOT RUN: ${reason}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
