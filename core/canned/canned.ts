import type { Reads } from '../conversations/conversation.js';
import type { Caller } from '../operations/operation.js';
import { maySee, queuesFor } from '../queues/queue.js';

/** A text kept ready. */
export interface Canned {
  id: string;
  name: string;
  words: string;
  /** Whose it is: a member's own, a queue's, or (neither) everybody's. */
  memberId?: string;
  queueId?: string;
  queueName?: string;
  /** How much the member who asks uses it, as of now. */
  uses: number;
}

export const nameMax = 30;
export const wordsMax = 2_000;
/** So many a member can reach; nobody finds their way among more. */
const reachedMax = 500;
/** After so long a use counts half. */
const halfLifeMs = 14 * 86_400_000;

/** Who manages what a team has: its texts are everybody's business. */
export const managesTeams = ({ role }: Pick<Caller, 'role'>): boolean =>
  role === 'supervisor' || role === 'admin';

interface Row extends Record<string, unknown> {
  id: string;
  name: string;
  words: string;
  member_id: string | null;
  queue_id: string | null;
  queue_name: string | null;
  uses: number | null;
  used_at: Date | null;
}

/** The texts somebody can use: their own, those of queues they see, and everybody's; what they use most first. */
export async function cannedFor(db: Reads, tenantId: string, who: Caller, now: number): Promise<Canned[]> {
  const queues = (await queuesFor(db, tenantId, who.id)).filter((queue) => maySee(queue, who));
  const rows = await db.query<Row>(
    `select r.id, r.name, r.words, r.member_id, r.queue_id, q.name as queue_name, u.uses, u.used_at
       from canned_replies r
       left join queues q on q.tenant_id = r.tenant_id and q.id = r.queue_id
       left join canned_uses u on u.tenant_id = r.tenant_id and u.reply_id = r.id and u.member_id = $2
      where r.tenant_id = $1 and (r.member_id = $2 or (r.member_id is null and (r.queue_id is null or r.queue_id = any($3::uuid[]))))
      order by r.member_id is null, r.updated_at desc, r.id limit ${reachedMax}`,
    [tenantId, who.id, queues.map((queue) => queue.id)],
  );
  const found = rows.map((row) => ({
    id: row.id,
    name: row.name,
    words: row.words,
    memberId: row.member_id ?? undefined,
    queueId: row.queue_id ?? undefined,
    queueName: row.queue_name ?? undefined,
    uses: row.uses === null || row.used_at === null ? 0 : faded(row.uses, now - row.used_at.getTime()),
  }));
  return found.sort((one, other) => other.uses - one.uses);
}

const faded = (uses: number, ms: number): number => uses * 0.5 ** (Math.max(0, ms) / halfLifeMs);

/** Whether somebody may change or delete it: their own, and a team's if they manage teams. */
export const mayChange = (one: Pick<Canned, 'memberId'>, who: Caller): boolean =>
  one.memberId === undefined ? managesTeams(who) : one.memberId === who.id;

/** Counts a use of it. */
export async function countUse(
  db: Reads,
  tenantId: string,
  { id, uses }: Canned,
  memberId: string,
  now: number,
): Promise<void> {
  await db.query(
    `insert into canned_uses (tenant_id, reply_id, member_id, uses, used_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, reply_id, member_id) do update set uses = excluded.uses, used_at = excluded.used_at`,
    [tenantId, id, memberId, uses + 1, new Date(now)],
  );
}
