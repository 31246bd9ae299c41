import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

/** The `redis-server` to test with, or undefined where none is installed. */
export async function findRedis(): Promise<string | undefined> {
  const command = process.env.REDIS_SERVER ?? 'redis-server';
  return promisify(execFile)(command, ['--version']).then(
    () => command,
    () => undefined,
  );
}

/** A Redis of its own for one test, on a free port and keeping nothing. */
export async function redisServer(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-redis-'));
  const port = await freePort();
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn(process.env.TEST_REDIS_SERVER ?? 'redis-server', settings, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Hooks run in the order they were given: a hook given while they run comes last.
  t.after(() =>
    t.after(async () => {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    }),
  );
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('Ready to accept connections')) break;
  }
  server.stdout.resume();
  return `redis://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
