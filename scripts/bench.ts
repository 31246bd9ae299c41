/**
 * `npm run bench`: how fast Imdesk starts, how much memory it takes, and what a message costs, each measured on the real
 * thing with everything embedded, in a folder of its own. Prints a table; judges nothing.
 *
 *   npm run bench              all of it, a little over a minute
 *   npm run bench -- --quick   without waiting a minute for the memory to settle
 *   npm run bench -- find      looking through a million messages (or as many as a number behind it says), two minutes
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadCompany } from '../server/demo/content.js';
import { accountsOf } from '../server/demo/world.js';
import { benchFind } from './bench/find.js';

const port = 18_080;
const origin = `http://127.0.0.1:${port}`;
const settleMs = 60_000;
const burst = 300;

async function main(): Promise<void> {
  const [only, count] = process.argv.slice(2);
  if (only === 'find') return benchFind(report, Number(count ?? 1_000_000));
  const quick = process.argv.includes('--quick');
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-bench-'));
  console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'})\n`);
  try {
    const fresh = await startAndReady(folder);
    report('fresh folder: start to ready', fresh.ms, 'ms');
    await stop(fresh.child);
    const warm = await startAndReady(folder);
    report('same folder again: start to ready', warm.ms, 'ms');
    if (!quick) await wait(settleMs);
    const processes = nodeProcessesOf(warm.child);
    for (const { name, megabytes } of processes)
      report(`memory of ${name}, ${quick ? 'at once' : '60 s after ready'}`, megabytes, 'MB');
    report(
      'memory of all Node processes',
      processes.reduce((sum, one) => sum + one.megabytes, 0),
      'MB',
    );
    await measureMessages();
    await stop(warm.child);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const report = (what: string, value: number, unit: string) =>
  console.log(`${what.padEnd(52)}${(Math.round(value * 10) / 10).toString().padStart(10)} ${unit}`);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function startAndReady(folder: string): Promise<{ child: ChildProcess; ms: number }> {
  const begun = performance.now();
  const start = fileURLToPath(new URL('../server/start.js', import.meta.url));
  const child = spawn(process.execPath, [start], {
    env: { ...process.env, PORT: String(port), IMDESK_DATA: folder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error('Imdesk ended before it was ready.');
    await wait(25);
  }
  return { child, ms: performance.now() - begun };
}

const isReady = () =>
  fetch(`${origin}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Resident memory (VmRSS) of a process and its Node children, from /proc, or from ps where there is none. */
function nodeProcessesOf(parent: ChildProcess): { name: string; megabytes: number }[] {
  const pids = [parent.pid ?? 0, ...childrenOf(parent.pid ?? 0)];
  return pids.map((pid) => {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
    return { name: /sandbox/.test(command) ? 'the sandbox' : 'Imdesk', megabytes: kilobytes / 1024 };
  });
}

function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=,ppid=,comm=', '-A'], { encoding: 'utf8' });
  return listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, command]) => ppid === String(pid) && command?.includes('node'))
    .map(([child]) => Number(child));
}

const sessionSchema = z.object({ token: z.string() });

/** Customers write through the widget's HTTP side: until stored and acknowledged, one by one, then many at once. */
async function measureMessages(): Promise<void> {
  const [account] = accountsOf(await loadCompany());
  const base = `${origin}/channels/web/${account?.id}`;
  const headers = { 'content-type': 'application/json', origin: 'http://localhost:8081' };
  const token = async () => {
    const answer = await fetch(`${base}/session`, { method: 'POST', headers, body: '{}' });
    return sessionSchema.parse(await answer.json()).token;
  };
  const say = async (as: string, id: string) => {
    const begun = performance.now();
    const body = JSON.stringify({ type: 'message', id, text: '下单后多久发货？' });
    const answer = await fetch(`${base}/send`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${as}` },
      body,
    });
    if (!answer.ok) throw new Error(`A message was refused: ${answer.status} ${await answer.text()}`);
    return performance.now() - begun;
  };
  const visitors = await Promise.all(Array.from({ length: 20 }, token));
  const alone: number[] = [];
  for (let index = 0; index < 20; index++)
    alone.push(await say(visitors[index % visitors.length] ?? '', `a${index}`));
  report('a message until stored and acknowledged, median', median(alone), 'ms');
  const begun = performance.now();
  const spread = Array.from({ length: burst }, (_, index) =>
    say(visitors[index % visitors.length] ?? '', `b${index}`),
  );
  const together = await Promise.all(spread);
  report(`${burst} messages at once, until all are acknowledged`, performance.now() - begun, 'ms');
  report('… the median of them', median(together), 'ms');
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

await main();
