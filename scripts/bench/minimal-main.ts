/**
 * The least that a durable pipeline does, as a process: an insert before the sender is answered, a wake that several share, one
 * transaction for each message, in order within its conversation, and one send. It knows no tenants, members, limits, cards
 * or leases, and does not even note that it sent; nothing that does can be faster. Started with the addresses of a
 * database and of whoever takes the sends; prints its port.
 */
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import pg from 'pg';

const [databaseUrl = '', sinkUrl = ''] = process.argv.slice(2);
/** As many as a process of the product has. */
const pool = new pg.Pool({ connectionString: databaseUrl, max: 12 });
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const atOnce = 200;

interface Row {
  number: string;
  conversation: number;
  id: string;
  words: string;
}

await pool.query(`
  create table if not exists minimal_inbox (
    number bigint generated always as identity primary key, id text not null unique, conversation int not null,
    words text not null, read boolean not null default false);
  create index if not exists minimal_unread on minimal_inbox (number) where not read;
  create table if not exists minimal_conversations (id int primary key, version int not null default 0);
  create table if not exists minimal_messages (
    number bigint generated always as identity primary key, conversation int not null, words text not null)`);

const record = (id: string, conversation: number, words: string) =>
  pool.query({
    name: 'record',
    text: 'insert into minimal_inbox (id, conversation, words) values ($1, $2, $3) on conflict do nothing',
    values: [id, conversation, words],
  });

async function handle({ number, conversation, words }: Row): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({
      name: 'read',
      text: 'update minimal_inbox set read = true where number = $1',
      values: [number],
    });
    await client.query({
      name: 'say',
      text: 'insert into minimal_messages (conversation, words) values ($1, $2)',
      values: [conversation, words],
    });
    await client.query({
      name: 'change',
      text: `insert into minimal_conversations (id) values ($1)
             on conflict (id) do update set version = minimal_conversations.version + 1`,
      values: [conversation],
    });
    await client.query('commit');
  } finally {
    client.release();
  }
}

const send = (row: Row): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({ id: row.id, words: row.words });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(sinkUrl, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', resolve);
    });
    asked.once('error', reject);
    asked.end(body);
  });

let working = false;
let woken = false;

/** Whoever arrives while it works is found by its next look: they share one wake. */
async function wake(): Promise<void> {
  woken = true;
  if (working) return;
  working = true;
  while (woken) {
    woken = false;
    const { rows } = await pool.query<Row>({
      name: 'unread',
      text: `select number, conversation, id, words from minimal_inbox where not read order by number limit ${atOnce}`,
    });
    const lines = new Map<number, Row[]>();
    for (const row of rows) lines.set(row.conversation, [...(lines.get(row.conversation) ?? []), row]);
    await Promise.all([...lines.values()].map(carry));
    woken ||= rows.length === atOnce;
  }
  working = false;
}

async function carry(line: readonly Row[]): Promise<void> {
  for (const row of line) {
    await handle(row);
    await send(row);
  }
}

async function bodyOf(asked: IncomingMessage): Promise<{ id: string; conversation: number; words: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const server = createServer((asked, answer) => {
  void (async () => {
    const { id, conversation, words } = await bodyOf(asked);
    await record(id, conversation, words);
    answer.writeHead(200).end('{}');
    await wake();
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' && address ? address.port : 0);
});
