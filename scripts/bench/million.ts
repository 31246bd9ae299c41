import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { idsFrom, movableClock } from '../../core/clock.js';
import { Vault } from '../../core/secrets/vault.js';
import { type Database, openDatabase } from '../../core/storage/database.js';
import { startEmbeddedPostgres } from '../../core/storage/embedded.js';
import { migrate } from '../../core/storage/migrate.js';
import { searchTerms } from '../../core/text/bigrams.js';
import { seeded, talk, zipf } from './text.js';

const dayMs = 86_400_000;
const days = 365;
const queuesMade = 12;
const membersMade = 200;

/** A shop that has been busy for a year, and who looks around in it. */
export interface Million {
  db: Database;
  vault: Vault;
  tenantId: string;
  now: number;
  queueIds: string[];
  /** A supervisor who sees all but two queues, and an agent who serves one of the smaller ones. */
  supervisorId: string;
  agentId: string;
  phone: string;
  customerName: string;
  end(): Promise<void>;
}

/** `messages` messages in a tenth as many conversations over a year, made anew from a seed, with the indexes of the product. */
export async function openMillion(messages: number): Promise<Million> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-bench-'));
  const postgres = await startEmbeddedPostgres({ dir: path.join(folder, 'postgres'), durable: false });
  const db = openDatabase({ url: postgres.url, max: 4 });
  await migrate(db);
  const now = Date.UTC(2026, 10, 25, 7);
  const clock = movableClock(now);
  const random = seeded(20_261_125);
  const ids = idsFrom(clock, (size) => Buffer.from(Array.from({ length: size }, () => random() * 256)));
  const vault = new Vault({ db, masterKey: randomBytes(32), clock });
  const tenantId = ids.next();
  const made = await people(db, vault, tenantId, ids, random, now, Math.ceil(messages / 20));
  await talkOfAYear(db, { tenantId, random, ids, clock, now, messages, ...made });
  return {
    ...{ db, vault, tenantId, now, ...made },
    async end() {
      await db.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const pick = <T>(list: readonly T[], random: () => number): T => {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
};

async function people(
  db: Database,
  vault: Vault,
  tenantId: string,
  ids: { next(): string },
  random: () => number,
  now: number,
  customers: number,
) {
  const at = new Date(now - days * dayMs);
  await db.query(
    `insert into tenants (id, name, robot_name, created_at) values ($1, '山屿茶器', '小屿', $2)`,
    [tenantId, at],
  );
  const queueIds = Array.from({ length: queuesMade }, () => ids.next());
  await db.query(
    `insert into queues (tenant_id, id, name, confidential, created_at)
     select $1, id, '队列 ' || at, at > $3, $4 from unnest($2::uuid[]) with ordinality as made (id, at)`,
    [tenantId, queueIds, queuesMade - 2, at],
  );
  const memberIds = Array.from({ length: membersMade }, () => ids.next());
  await db.query(
    `insert into members (tenant_id, id, name, role, created_at)
     select $1, id, '客服 ' || at, case when at = 1 then 'supervisor' else 'agent' end, $3
       from unnest($2::uuid[]) with ordinality as made (id, at)`,
    [tenantId, memberIds, at],
  );
  await db.query(
    `insert into queue_members (tenant_id, queue_id, member_id)
     select $1, queue, member from unnest($2::uuid[], $3::uuid[]) as serving (queue, member)`,
    [tenantId, memberIds.slice(1).map((_, index) => queueIds[index % queuesMade]), memberIds.slice(1)],
  );
  const accountId = ids.next();
  await db.query(
    `insert into accounts (tenant_id, id, channel, name, queue_id, settings_sealed, created_at) values ($1, $2, 'web', '官网', $3, '', $4)`,
    [tenantId, accountId, queueIds[0], at],
  );
  const families = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'.split('');
  const given = '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文玉萍红鹏玲飞雪欣怡子涵梓宇轩浩然'.split(
    '',
  );
  const surname = zipf(families.length, random);
  const name = () =>
    `${families[surname()]}${pick(given, random)}${random() < 0.6 ? pick(given, random) : ''}`;
  const names = Array.from({ length: customers }, name);
  const customerIds = names.map(() => ids.next());
  const identityIds = names.map(() => ids.next());
  const phone = '13800138000';
  await db.query(
    `insert into customers (tenant_id, id, name, created_at) select $1, id, name, $4 from unnest($2::uuid[], $3::text[]) as made (id, name)`,
    [tenantId, customerIds, names, at],
  );
  // Everybody has a phone; only one of them is looked for.
  await db.query(`update customers set phone_print = decode(md5(id::text), 'hex') where tenant_id = $1`, [
    tenantId,
  ]);
  await db.query('update customers set phone_print = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    customerIds[Math.floor(customers / 2)],
    await vault.fingerprint(tenantId, 'phone', phone),
  ]);
  await db.query(
    `insert into identities (tenant_id, id, account_id, person_print, person_sealed, customer_id, created_at)
     select $1, id, $4, decode(md5(id::text), 'hex'), '', customer, $5 from unnest($2::uuid[], $3::uuid[]) as made (id, customer)`,
    [tenantId, identityIds, customerIds, accountId, at],
  );
  const customerName = names[7] ?? '';
  const [supervisorId = ''] = memberIds;
  // The eighth queue is one of the quieter ones.
  const agentId = memberIds[1 + 8] ?? '';
  return {
    ...{
      queueIds,
      memberIds,
      accountId,
      customerIds,
      identityIds,
      phone,
      customerName,
      supervisorId,
      agentId,
    },
  };
}

interface Talk extends Awaited<ReturnType<typeof people>> {
  tenantId: string;
  random: () => number;
  ids: { next(): string };
  clock: { set(ms: number): void };
  now: number;
  messages: number;
}

const perConversation = 10;
const perInsert = 2_000;

/** Conversations one after another through the year, ten messages each on average, with the last ones still open. */
async function talkOfAYear(db: Database, made: Talk): Promise<void> {
  const { tenantId, random, ids, clock, now, queueIds, memberIds, customerIds, identityIds, accountId } =
    made;
  const say = talk(random);
  const queue = zipf(queuesMade, random);
  const count = Math.floor(made.messages / perConversation);
  const open = Math.min(400, Math.floor(count / 20));
  await db.query('drop index messages_search');
  for (let done = 0; done < count; done += perInsert) {
    const rows = Array.from({ length: Math.min(perInsert, count - done) }, (_, index) => {
      const at = now - days * dayMs + ((done + index) / count) * (days * dayMs - 600_000);
      clock.set(at);
      // An open conversation is the only one of its identity.
      const left = count - done - index;
      const who = left <= open ? left - 1 : open + Math.floor(random() * (customerIds.length - open));
      const queueId = queueIds[queue()] ?? '';
      const state = left > open ? 'closed' : left % 4 === 0 ? 'waiting' : 'active';
      const lines = 2 + Math.floor(random() * (perConversation * 2 - 3));
      return { id: ids.next(), at, who, queueId, state, ownerId: pick(memberIds, random), lines };
    });
    const minute = (at: number, minutes: number) => new Date(Math.min(now, at + minutes * 60_000));
    await db.query(
      `insert into conversations (tenant_id, id, identity_id, customer_id, account_id, queue_id, state, owner_id, code,
         opened_at, waiting_since, claimed_at, closed_at, close_reason, rating, customer_wrote_at, owner_wrote_at)
       select $1, id, identity, customer, $2, queue, state, owner, code, opened, waiting, claimed, closed, 'solved', rating, waiting, claimed
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::text[], $10::timestamptz[],
           $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::int[])
           as made (id, identity, customer, queue, state, owner, code, opened, waiting, claimed, closed, rating)`,
      [
        ...[tenantId, accountId, rows.map((row) => row.id), rows.map((row) => identityIds[row.who])],
        ...[
          rows.map((row) => customerIds[row.who]),
          rows.map((row) => row.queueId),
          rows.map((row) => row.state),
        ],
        ...[
          rows.map((row) => (row.state === 'waiting' ? null : row.ownerId)),
          rows.map((_, index) => `A${index + 1}`),
        ],
        ...[rows.map((row) => new Date(row.at)), rows.map((row) => minute(row.at, 1))],
        ...[rows.map((row) => (row.state === 'waiting' ? null : minute(row.at, 2)))],
        ...[rows.map((row) => (row.state === 'closed' ? minute(row.at, 12) : null))],
        ...[
          rows.map((row) => (row.state === 'closed' && random() < 0.3 ? 1 + Math.floor(random() * 5) : null)),
        ],
      ],
    );
    const said = rows.flatMap((row) =>
      Array.from({ length: row.lines }, (_, line) => {
        const by = line % 2 === 0 ? 'customer' : line % 8 === 7 ? 'note' : 'agent';
        return { ...{ row, by, words: say() }, at: minute(row.at, line / 2 + (by === 'agent' ? 1 : 0)) };
      }),
    );
    for (let from = 0; from < said.length; from += perInsert) {
      const part = said.slice(from, from + perInsert);
      await db.query(
        `insert into messages (tenant_id, id, conversation_id, audience, author_kind, author_id, author_name, content, revision, at, search)
         select $1, id, conversation, audience, kind, author, name, jsonb_build_object('type', 'text', 'text', words),
                nextval('message_revisions'), at, array_to_tsvector(string_to_array(terms, ' '))
           from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::timestamptz[], $10::text[])
             as made (id, conversation, audience, kind, author, name, words, at, terms)`,
        [
          ...[tenantId, part.map(() => ids.next()), part.map((one) => one.row.id)],
          ...[part.map((one) => (one.by === 'note' ? 'staff' : 'customer'))],
          ...[part.map((one) => (one.by === 'customer' ? 'customer' : 'agent'))],
          ...[part.map((one) => (one.by === 'customer' ? customerIds[one.row.who] : one.row.ownerId))],
          ...[part.map((one) => one.by), part.map((one) => one.words), part.map((one) => one.at)],
          part.map((one) => searchTerms(one.words).join(' ')),
        ],
      );
    }
  }
  await db.query('create index messages_search on messages using gin (search)');
  await db.query('vacuum (analyze) messages');
  await db.query('vacuum (analyze) conversations');
  await db.query('analyze');
}
