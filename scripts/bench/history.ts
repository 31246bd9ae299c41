import type { Database } from '../../core/storage/database.js';
import { searchTerms } from '../../core/text/bigrams.js';
import { seeded, talk } from './text.js';

/** Where a history belongs. */
export interface HistoryOf {
  tenantId: string;
  queueId: string;
  accountId: string;
  workspaceId: string;
  /** Who has closed what: the first of them a hundredth of all. */
  memberIds: readonly string[];
  now: number;
}

const sentences = 3_000;
const atOnce = 50_000;
/** A conversation as it is kept: so many messages, and so many conversations of each customer. */
export const messagesEach = 3;
const conversationsPerCustomer = 5;
/** Of a year. */
const days = { inbox: 14, outbox: 30, codes: 14 };
const yearMs = 365 * 86_400_000;

/** Ids that are made of a number, so that rows can be made that name each other: 'c' and 17 → …. */
const id = (letter: string, number: string) => `md5('${letter}' || (${number})::text)::uuid`;

/** What people said, drawn on again and again, with its terms as the product makes them. */
export async function writeSentences(db: Database): Promise<void> {
  const say = talk(seeded(20_261_128));
  const said = Array.from({ length: sentences }, say);
  await db.query('create unlogged table bench_said (at int primary key, words text, terms tsvector)');
  await db.query(
    `insert into bench_said select at - 1, words, array_to_tsvector(string_to_array(terms, ' '))
       from unnest($1::text[], $2::text[]) with ordinality as made (words, terms, at)`,
    [said, said.map((words) => searchTerms(words).join(' '))],
  );
}

/**
 * Closed conversations from one number to another, spread over a year, with all that stays of them: messages, events, calls of
 * operations, cards, what platforms call each message, the ledger; and what has not been dropped yet of inbox and outbox.
 */
export async function addHistory(db: Database, of: HistoryOf, from: number, to: number): Promise<void> {
  const { tenantId, queueId, accountId, workspaceId, memberIds, now } = of;
  const index = 'messages_search';
  await db.query(`drop index if exists ${index}`);
  for (let first = from; first < to; first += atOnce) {
    const last = Math.min(to, first + atOnce) - 1;
    await db.transaction(async (tx) => {
      // What the rows name is made along with them: the checks would take longer than the rows.
      await tx.query(`set local session_replication_role = 'replica'`);
      const insert = (into: string, select: string, more: readonly unknown[] = []) =>
        tx.query(`insert into ${into} ${select}`, [tenantId, first, last, new Date(now), ...more]);
      const each = '(select n, $4::timestamptz as now from generate_series($2::int, $3::int) as n) as given';
      const when = `now - make_interval(secs => (n * 7919.0) % ${yearMs / 1_000})`;
      const isWithin = (ofDays: number) => `(n * 7919.0) % ${yearMs / 1_000} < ${ofDays * 86_400}`;
      const customer = `n / ${conversationsPerCustomer}`;
      const isFirst = `n % ${conversationsPerCustomer} = 0`;
      await insert(
        'customers (tenant_id, id, name, created_at)',
        `select $1, ${id('u', customer)}, substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', 1 + n / 5 % 20, 1) || chr(19968 + (n / 5 * 37) % 3000), ${when}
           from ${each} where ${isFirst}`,
      );
      await insert(
        'identities (tenant_id, id, account_id, person_print, person_sealed, customer_id, created_at)',
        `select $1, ${id('i', customer)}, $5, decode(md5(n::text), 'hex'), '', ${id('u', customer)}, ${when}
           from ${each} where ${isFirst}`,
        [accountId],
      );
      const owner =
        '($5::uuid[])[1 + case when n % 100 = 0 then 0 else n % (array_length($5::uuid[], 1) - 1) + 1 end]';
      await insert(
        `conversations (tenant_id, id, identity_id, customer_id, account_id, queue_id, state, owner_id, code, opened_at,
           waiting_since, claimed_at, closed_at, close_reason, rating, customer_wrote_at, owner_wrote_at)`,
        `select $1, ${id('c', 'n')}, ${id('i', customer)}, ${id('u', customer)}, $6, $7, 'closed', ${owner}, 'A' || (1 + n % 2000),
                at, at, at + interval '1 min', at + interval '9 min', 'solved', nullif(n % 12, 0) % 5 + 1, at, at
           from (select n, ${when} as at from ${each}) as made`,
        [memberIds, accountId, queueId],
      );
      await insert(
        `messages (tenant_id, id, conversation_id, audience, author_kind, author_id, author_name, content, revision, at, delivery, search)`,
        `select $1, ${id('m', `n * ${messagesEach} + line`)}, ${id('c', 'n')}, 'customer', (array['customer', 'robot', 'agent'])[1 + line],
                case line when 0 then ${id('u', customer)} when 2 then ${owner} end, '', jsonb_build_object('type', 'text', 'text', words),
                nextval('message_revisions'), ${when} + make_interval(mins => line), case when line > 0 then 'sent' end, terms
           from ${each} cross join generate_series(0, ${messagesEach - 1}) as line
           join bench_said s on s.at = (n * 31 + line * 7) % ${sentences} order by n, line`,
        [memberIds],
      );
      await insert(
        'appearances (tenant_id, source, external_id, conversation_id, message_id, at)',
        `select $1, $5, 'om_' || n || '_' || line, ${id('c', 'n')}, ${id('m', `n * ${messagesEach} + line`)}, ${when}
           from ${each} cross join generate_series(0, 1) as line`,
        [workspaceId],
      );
      await insert(
        'ledger (tenant_id, digest)',
        `select $1, sha256(('l' || n || '_' || line)::bytea) from ${each} cross join generate_series(0, 1) as line`,
      );
      await insert(
        'events (tenant_id, kind, subject, data, at)',
        `select $1, kind, 'conversation:' || ${id('c', 'n')}, '{}', ${when}
           from ${each} cross join unnest(array['conversation.opened', 'conversation.claimed', 'conversation.closed']) as kind`,
      );
      await insert(
        'invocations (tenant_id, id, operation, actor, subject, input, ok, outcome, at)',
        `select $1, ${id('o', 'n')}, 'conversation.claim', 'member:' || ${owner}, ${id('c', 'n')}::text, '{}', true, '{}', ${when} from ${each}`,
        [memberIds],
      );
      await insert(
        `cards (tenant_id, id, subject, template, audience, workspace_id, destination, place, external_id, drawn_version, posted_at,
           retired_at, created_at)`,
        `select $1, ${id('k', 'n')}, 'conversation:' || ${id('c', 'n')}, 'brief', 'member:' || ${owner}, $6, 'member:' || ${owner}, '{}',
                'om_k' || n, 9, ${when}, ${when} + interval '10 min', ${when} from ${each}`,
        [memberIds, workspaceId],
      );
      await insert(
        'inbox (tenant_id, mailbox, id, entry, received_at, read_at)',
        `select $1, case line when 0 then 'member:' || ${owner} else 'identity:' || ${id('i', customer)} end,
                ${id('x', 'n * 4 + line')}, '{}', ${when}, ${when}
           from ${each} cross join generate_series(0, 3) as line where ${isWithin(days.inbox)}`,
        [memberIds],
      );
      await insert(
        'outbox (tenant_id, destination, id, kind, body, message_id, audience, state, created_at, settled_at)',
        `select $1, 'direct:' || $6::uuid || ':' || ${owner}, ${id('y', 'n * 2 + line')}, 'relay', '{}', ${id('m', `n * ${messagesEach}`)}, 'customer', 'sent', ${when}, ${when}
           from ${each} cross join generate_series(0, 1) as line where ${isWithin(days.outbox)}`,
        [memberIds, workspaceId],
      );
      // Whose code rests still: as many as were closed in the last two weeks.
      await insert(
        'codes (tenant_id, number, conversation_id, free_at)',
        `select $1, coalesce((select max(number) from codes where tenant_id = $1), 0) + row_number() over (), ${id('c', 'n')}, ${when} + interval '${days.codes} days'
           from ${each} where ${isWithin(days.codes)}`,
      );
    });
  }
  await db.query(`create index ${index} on messages using gin (search)`);
  await db.query('vacuum (analyze)');
}
