import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Sandbox, sandboxAt } from '../sandbox.js';

/** Imdesk as `npm start` starts it: with its own PostgreSQL, and the sandbox with the demo company. */
export interface Installation {
  url: string;
  /** Its page is what people sit at; its control API plays those who need no page. */
  sandbox: Sandbox;
  /** Starts it again on the same data. @param flags  as behind `npm start --` */
  start(...flags: string[]): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** `kill -9` of every process it consists of, all at once. */
  kill(): Promise<void>;
  /** Stops it, and forgets its data. */
  remove(): Promise<void>;
}

const main = fileURLToPath(new URL('../../server/start.js', import.meta.url));

/** Starts one with ports and a data folder of its own. */
export async function startInstallation(): Promise<Installation> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-walk-'));
  const data = path.join(folder, 'data');
  const port = await freePair();
  const { DATABASE_URL: _, REDIS_URL: __, ...env } = process.env;
  let running: { child: ChildProcess; ended: Promise<unknown> } | undefined;

  async function start(...flags: string[]): Promise<void> {
    const child = spawn(process.execPath, [main, ...flags], {
      env: { ...env, PORT: String(port), IMDESK_DATA: data },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const listens = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => line.includes(`:${port}`) && resolve());
    });
    const failed = ended.then(([code]) =>
      Promise.reject(new Error(`Imdesk ended with ${code} at its start`)),
    );
    await Promise.race([listens, failed]);
    failed.catch(() => {});
    running = { child, ended };
  }
  async function stop(): Promise<void> {
    running?.child.kill('SIGTERM');
    await running?.ended;
    running = undefined;
  }
  async function kill(): Promise<void> {
    if (!running) return;
    const roots = [running.child.pid ?? 0, await postmasterOf(data)];
    for (const pid of await withDescendants(roots)) endAtOnce(pid);
    await running.ended;
    running = undefined;
  }

  async function remove(): Promise<void> {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }

  await start();
  const sandbox = sandboxAt(`http://localhost:${port + 1}`);
  return { url: `http://localhost:${port}`, sandbox, start, stop, kill, remove };
}

/** Imdesk takes the port it is told, and the sandbox the one above. */
async function freePair(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0);
    await once(first, 'listening');
    const address = first.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const second = createServer().listen(port + 1);
    const isFree = await once(second, 'listening').then(
      () => true,
      () => false,
    );
    first.close();
    second.close();
    if (isFree) return port;
  }
}

async function postmasterOf(data: string): Promise<number> {
  const lock = await readFile(path.join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  return Number.parseInt(lock, 10);
}

async function withDescendants(roots: number[]): Promise<Set<number>> {
  const family = new Set(roots);
  const parents = await parentsOfAll();
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [pid = 0, parent = 0] of parents) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/** Pairs of a process and its parent; slim containers have no `ps`, and macOS has no /proc. */
async function parentsOfAll(): Promise<number[][]> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return [Number(pid), Number(/.*\) \S (\d+)/s.exec(stat)?.[1])];
    }),
  );
}

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
