import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadCompany } from '../../server/demo/content.js';
import { accountsOf } from '../../server/demo/world.js';
import { freePort } from '../../tests/imdesk.js';
import type { Area, Figure, Measured } from './area.js';
import { temporaryFolder } from './ground.js';
import { median } from './numbers.js';
import { residentMb } from './process.js';

const settleMs = 60_000;

export const start: Area = {
  name: 'start',
  about:
    '`npm start` with everything embedded: how long until it is ready, what memory it takes, and a message by HTTP until it is stored and acknowledged',
  async run({ scope, quick, say }) {
    const folder = await temporaryFolder(scope);
    const port = await freePort();
    const running = new Set<ChildProcess>();
    scope.after(async () => void (await Promise.all([...running].map(stop))));
    const begin = async () => {
      const { child, ms } = await startAndReady(folder, port);
      running.add(child);
      return { child, ms };
    };
    const fresh = await begin();
    await stop(fresh.child);
    running.delete(fresh.child);
    const warm = await begin();
    say(`started twice${quick ? '' : '; the memory settles for a minute'}`);
    if (!quick) await wait(settleMs);
    const processes = nodeProcessesOf(warm.child);
    const figures: Figure[] = processes.map(({ name, mb }) => ({ name, value: mb, unit: 'MB' }));
    const all = processes.reduce((sum, { mb }) => sum + mb, 0);
    return [
      { what: 'a fresh folder, until it is ready', figures: [{ name: '', value: fresh.ms, unit: 'ms' }] },
      { what: 'the same folder again', figures: [{ name: '', value: warm.ms, unit: 'ms' }] },
      {
        what: `memory, ${quick ? 'at once' : 'a minute after that'}`,
        figures: [{ name: 'all Node processes', value: all, unit: 'MB' }, ...figures],
      },
      await messages(`http://127.0.0.1:${port}`, quick ? 20 : 300),
    ];
  },
};

async function startAndReady(folder: string, port: number): Promise<{ child: ChildProcess; ms: number }> {
  const begun = performance.now();
  const entry = fileURLToPath(new URL('../../server/start.js', import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: String(port), IMDESK_DATA: folder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error('Imdesk ended before it was ready.');
    await wait(25);
  }
  return { child, ms: performance.now() - begun };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function nodeProcessesOf(parent: ChildProcess): { name: string; mb: number }[] {
  const pids = [parent.pid ?? 0, ...childrenOf(parent.pid ?? 0)];
  return pids.map((pid) => {
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return { name: /sandbox/.test(command) ? 'the sandbox' : 'Imdesk', mb: residentMb(pid) };
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

/** Customers write through the widget's HTTP side: one by one, then many at once. */
async function messages(origin: string, burst: number): Promise<Measured> {
  const [account] = accountsOf(await loadCompany());
  const base = `${origin}/channels/web/${account?.id}`;
  const headers = { 'content-type': 'application/json', origin: 'http://localhost:8081' };
  const token = async () => {
    const answer = await fetch(`${base}/session`, { method: 'POST', headers, body: '{}' });
    return sessionSchema.parse(await answer.json()).token;
  };
  const visitors = await Promise.all(Array.from({ length: 20 }, token));
  const say = async (at: number, id: string) => {
    const begun = performance.now();
    const body = JSON.stringify({ type: 'message', id, text: '下单后多久发货？' });
    const authorization = `Bearer ${visitors[at % visitors.length]}`;
    const answer = await fetch(`${base}/send`, {
      method: 'POST',
      headers: { ...headers, authorization },
      body,
    });
    if (!answer.ok) throw new Error(`A message was refused: ${answer.status} ${await answer.text()}`);
    return performance.now() - begun;
  };
  const alone: number[] = [];
  for (let at = 0; at < 20; at++) alone.push(await say(at, `a${at}`));
  const begun = performance.now();
  const together = await Promise.all(Array.from({ length: burst }, (_, at) => say(at, `b${at}`)));
  return {
    what: 'a message until it is acknowledged',
    figures: [
      { name: 'one by one, median', value: median(alone), unit: 'ms' },
      { name: `${burst} at once, median`, value: median(together), unit: 'ms' },
      { name: 'the last of them', value: performance.now() - begun, unit: 'ms' },
    ],
  };
}
