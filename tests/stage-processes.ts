/** Processes of a stage: each can be killed without a word, asked to end, and begun again at the same place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../core/storage/embedded.js';
import { isRunning } from '../core/storage/os-process.js';

/** Something that runs beside the tests. */
export interface Runner {
  readonly name: string;
  /** Whether it has been begun and not ended since. */
  isUp(): boolean;
  /** Resolves when it can be used. @throws with what it said, when it ends before that */
  begin(): Promise<void>;
  /** As the power or the kernel's memory killer would: nothing is tidied up. */
  kill(): Promise<void>;
  /** Asks it to end, and waits. */
  end(): Promise<void>;
}

const linesKept = 2_000;

export interface ImdeskProcess extends Runner {
  role: string;
  url: string;
  pid(): number | undefined;
  /** What it logged lately, over all its lives. */
  output(): string;
  /** How often it ended without being asked to. */
  died(): number;
}

/** One process of Imdesk as PM2 starts it, with these variables, always on the same port. */
export function imdeskProcess(name: string, port: number, env: Record<string, string>): ImdeskProcess {
  const main = fileURLToPath(new URL('../server/main.js', import.meta.url));
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let died = 0;
  const goneBy = async (signal: NodeJS.Signals): Promise<void> => {
    const going = child;
    child = undefined;
    if (!going || going.exitCode !== null || going.signalCode !== null) return;
    const gone = once(going, 'exit');
    going.kill(signal);
    await gone;
  };
  const hears = (chunk: unknown): void => {
    lines.push(...String(chunk).split('\n').filter(Boolean));
    lines.splice(0, Math.max(0, lines.length - linesKept));
  };
  return {
    name,
    role: env.IMDESK_ROLES ?? '',
    url: `http://127.0.0.1:${port}`,
    isUp: () => child !== undefined,
    pid: () => child?.pid,
    output: () => lines.join('\n'),
    died: () => died,
    async begin() {
      if (child) return;
      const begun = spawn(process.execPath, ['--enable-source-maps', main], {
        env: { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      child = begun;
      begun.stdout?.on('data', hears);
      begun.stderr?.on('data', hears);
      begun.once('exit', () => {
        if (child !== begun) return;
        child = undefined;
        died += 1;
      });
      const early = once(begun, 'exit').then(([code]) => {
        throw new Error(`${name} ended with ${code}: ${lines.slice(-20).join('\n')}`);
      });
      await Promise.race([once(begun, 'message'), early]);
      early.catch(() => {});
    },
    kill: () => goneBy('SIGKILL'),
    end: () => goneBy('SIGTERM'),
  };
}

/** A PostgreSQL of its own that forces what is committed to disk, in a folder that other users may enter. */
export function postgresProcess(dir: string): Runner & { url(): string } {
  let server: EmbeddedPostgres | undefined;
  let url = '';
  return {
    name: 'postgres',
    isUp: () => server !== undefined,
    url: () => url,
    async begin() {
      const port = url === '' ? undefined : Number(new URL(url).port);
      server ??= await startEmbeddedPostgres({ dir, port });
      url = server.url;
    },
    async kill() {
      const pid = Number((await readFile(path.join(dir, 'data/postmaster.pid'), 'utf8')).split('\n')[0]);
      process.kill(pid, 'SIGKILL');
      while (isRunning(pid)) await delay(5);
      server = undefined;
    },
    async end() {
      await server?.stop();
      server = undefined;
    },
  };
}

/** A Redis that keeps nothing: after `kill` or `end` it is empty. */
export function redisProcess(command: string, port: number, dir: string): Runner & { url: string } {
  let child: ChildProcess | undefined;
  const goneBy = async (signal: NodeJS.Signals): Promise<void> => {
    const going = child;
    child = undefined;
    if (!going) return;
    const gone = once(going, 'exit');
    going.kill(signal);
    await gone;
  };
  return {
    name: 'redis',
    url: `redis://127.0.0.1:${port}`,
    isUp: () => child !== undefined,
    async begin() {
      if (child) return;
      const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
      const begun = spawn(command, [...where, '--save', '', '--appendonly', 'no'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = begun;
      let said = '';
      for await (const chunk of begun.stdout) {
        said += chunk;
        if (said.includes('Ready to accept connections')) break;
      }
      if (!said.includes('Ready to accept connections')) throw new Error(`redis did not start: ${said}`);
    },
    kill: () => goneBy('SIGKILL'),
    end: () => goneBy('SIGTERM'),
  };
}
