/** What Imdesk is compared with: Koa that parses JSON and writes it down, either each by itself or all that wait together. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import Koa from 'koa';
import pg from 'pg';
import getRaw from 'raw-body';
import { answerParent } from '../child.js';
import { bareQuestion } from './questions.js';

/** As many connections as a process of Imdesk has. */
const poolMax = 12;

answerParent(bareQuestion, async ({ databaseUrl, table, grouped }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolMax });
  await pool.query(
    `create table ${table} (number bigint generated always as identity primary key, body jsonb not null)`,
  );
  const insert = async (bodies: readonly string[]): Promise<void> => {
    await pool.query({
      name: 'insert',
      text: `insert into ${table} (body) select * from unnest($1::jsonb[])`,
      values: [bodies],
    });
  };
  const record = grouped ? sharing(insert) : (body: string) => insert([body]);
  const app = new Koa();
  app.use(async (ctx) => {
    const body: unknown = JSON.parse((await getRaw(ctx.req)).toString('utf8'));
    await record(JSON.stringify(body));
    ctx.body = {};
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0 };
});

/** What arrives while an insert is under way shares the next one. */
function sharing(insert: (bodies: readonly string[]) => Promise<void>) {
  let waiting: { body: string; resolve(): void; reject(error: unknown): void }[] = [];
  let inserting = false;
  const work = async (): Promise<void> => {
    inserting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await insert(batch.map(({ body }) => body)).then(
        () => {
          for (const one of batch) one.resolve();
        },
        (error: unknown) => {
          for (const one of batch) one.reject(error);
        },
      );
    }
    inserting = false;
  };
  return (body: string) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ body, resolve, reject });
      if (!inserting) void work();
    });
}
