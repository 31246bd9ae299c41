import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Logger } from '../../core/log.js';

const readySchema = z.object({ ready: z.literal(true), url: z.url() });

export interface SandboxProcess {
  url: string;
  /** Tells it of people, apps and shops; merged into what it knows. */
  tell(world: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the sandbox as a process of its own. It ends with us, even when we are killed: its input then closes. */
export async function startSandbox(options: {
  dataFolder: string;
  port: number;
  host: string;
  log: Logger;
}): Promise<SandboxProcess> {
  const { log } = options;
  const folder = path.join(options.dataFolder, 'sandbox');
  await mkdir(folder, { recursive: true });
  const main = fileURLToPath(new URL('../../sandbox/main.js', import.meta.url));
  const args = [
    '--max-semi-space-size=4',
    main,
    '--port',
    String(options.port),
    '--host',
    options.host,
    '--data',
    folder,
    '--with-parent',
  ];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = readySchema.safeParse(parsed(line));
      if (ready.success) resolve(ready.data.url);
      else log.info({ line }, 'the sandbox says');
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The sandbox ended with code ${code} before it was ready.`)),
    );
  });
  return {
    url,
    async tell(world) {
      const answer = await fetch(new URL('/control/world', url), {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(world),
      });
      if (!answer.ok) throw new Error(`The sandbox did not take the demo's world: ${await answer.text()}`);
    },
    async stop() {
      child.stdin.end();
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
