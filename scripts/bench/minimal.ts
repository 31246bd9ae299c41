import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Scope } from '../../tests/sandbox.js';
import { postgresProcess } from '../../tests/stage-processes.js';
import { post } from './post.js';
import type { Journey, Road } from './travel.js';

/** How many conversations what is sent belongs to. */
const conversations = 200;

/** The least that a durable pipeline does (minimal-main.ts), in a process of its own over a durable PostgreSQL of its own. */
export async function openMinimal(scope: Scope): Promise<Road> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-minimal-'));
  await chmod(folder, 0o755);
  scope.after(() => rm(folder, { recursive: true, force: true }));
  const postgres = postgresProcess(path.join(folder, 'postgres'));
  scope.after(() => postgres.end());
  await postgres.begin();

  const under = new Map<string, Journey>();
  const sink = createServer((asked, answer) => {
    let body = '';
    asked.on('data', (chunk) => (body += chunk));
    asked.on('end', () => {
      const journey = under.get(/"id":"(\w+)"/.exec(body)?.[1] ?? '');
      if (journey) {
        journey.seenAt ??= Date.now();
        journey.times += 1;
      }
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  sink.listen(0, '127.0.0.1');
  await once(sink, 'listening');
  scope.after(async () => {
    sink.closeAllConnections();
    sink.close();
  });
  const main = fileURLToPath(new URL('./minimal-main.js', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, postgres.url(), `http://127.0.0.1:${portOf(sink.address())}/`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = once(child, 'exit');
  scope.after(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the minimal pipeline ended with ${code}`)));
  });

  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  scope.after(async () => agent.destroy());
  let made = 0;
  return {
    begin(number, dueAt) {
      made += 1;
      const id = `m${made}`;
      const journey: Journey = { way: 'minimal', dueAt, times: 0 };
      under.set(id, journey);
      const words = { id, conversation: number % conversations, words: '我的壶盖裂了，能补发一个吗' };
      return { journey, sent: post(`http://127.0.0.1:${port}/`, agent, JSON.stringify(words)) };
    },
    look: async () => {},
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  return typeof address === 'object' && address ? address.port : 0;
}
