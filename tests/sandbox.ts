import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A running sandbox, and its control API (sandbox/README.md). */
export interface Sandbox {
  url: string;
  /** Asks the control API. @throws when it refuses, with its words */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>;
}

/** Whatever cleans up when it is done: a test's context, or the hooks of a test file. */
export interface Scope {
  after(clean: () => Promise<void>): void;
}

/**
 * Starts a sandbox of its own process on a free port, with this world in it, and ends it with the test.
 * @param world  as a world file holds it: `{feishu: {…}, shop: {…}}`
 */
export async function startSandbox(t: Scope, world: object): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-sandbox-'));
  const file = path.join(folder, 'world.json');
  await writeFile(file, JSON.stringify(world));
  const main = fileURLToPath(new URL('../sandbox/main.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, '--port', '0', '--data', path.join(folder, 'data'), '--world', file, '--with-parent'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });

  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code} before it listened`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve(JSON.parse(line).url);
    });
  });
  return sandboxAt(url);
}

/** A sandbox that somebody else started. */
export const sandboxAt = (url: string): Sandbox => ({
  url,
  async control(method, at, body) {
    const response = await fetch(new URL(`/control/${at}`, url), {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok)
      throw new Error(`${method} /control/${at}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  },
});

/** Looks again and again until something is true, for what another process does in its own time. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(20);
  }
}
