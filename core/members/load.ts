import type { Reads } from '../conversations/conversation.js';
import type { Scene } from '../pipeline/scene.js';

/** Somebody who serves a queue, and how much they have on their hands. */
export interface Colleague {
  id: string;
  name: string;
  /** Conversations they are handling, and how many they may handle at once. */
  load: number;
  capacity: number;
}

/**
 * Whether a member may be given one more conversation. Locks them, so that two conversations that are given to one person at
 * once count each other, and who is leaving at this moment gets none. Load is counted, never kept.
 */
export async function takeTurnOf(scene: Scene, memberId: string): Promise<boolean> {
  const [row] = await scene.tx.query<{ capacity: number }>(
    'select capacity from members where tenant_id = $1 and id = $2 and departed_at is null for no key update',
    [scene.tenant.id, memberId],
  );
  const [handled] = await scene.tx.query<{ count: number }>(
    `select count(*)::int as count from conversations where tenant_id = $1 and owner_id = $2 and state = 'active'`,
    [scene.tenant.id, memberId],
  );
  return row !== undefined && (handled?.count ?? 0) < row.capacity;
}

/** Says that they take work, and is not writing up what was closed a moment ago. `m` is the member, `$now` the time. */
const takesWork = (now: string) => `m.departed_at is null and m.status = 'on' and not exists (
  select 1 from conversations done join queues q on q.tenant_id = done.tenant_id and q.id = done.queue_id
   where done.tenant_id = m.tenant_id and done.owner_id = m.id and done.state = 'closed'
     and done.closed_at > ${now}::timestamptz - interval '1 hour'
     and done.closed_at + coalesce((q.settings ->> 'wrapUpSeconds')::numeric, 0) * interval '1 second' > ${now}::timestamptz)`;

/** Whether a queue may give a member something of itself. What they claim by hand is theirs to decide. */
export async function mayBeGiven(
  db: Reads,
  tenantId: string,
  memberId: string,
  now: number,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 from members m where m.tenant_id = $1 and m.id = $2 and ${takesWork('$3')}`,
    [tenantId, memberId, new Date(now)],
  );
  return rows.length > 0;
}

/** Who serves a queue, may answer customers, can be reached, takes work and has room, the least loaded first. */
export async function colleaguesWithRoom(
  db: Reads,
  tenantId: string,
  queueId: string,
  /** The platforms on which somebody can work, and the time. */
  { workable, now }: { workable: readonly string[]; now: number },
  limit: number,
): Promise<Colleague[]> {
  return db.query<Colleague & Record<string, unknown>>(
    `select * from (
       select m.id, m.name, m.capacity, (
                select count(*)::int from conversations c
                 where c.tenant_id = m.tenant_id and c.owner_id = m.id and c.state = 'active') as load
         from queue_members q join members m on m.tenant_id = q.tenant_id and m.id = q.member_id
        where q.tenant_id = $1 and q.queue_id = $2 and m.role <> 'employee' and ${takesWork('$5')} and exists (
                select 1 from member_identities i
                  join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id and w.platform = any($4)
                 where i.tenant_id = m.tenant_id and i.member_id = m.id and i.left_at is null)) as serving
      where load < capacity order by load, name, id limit $3`,
    [tenantId, queueId, limit, workable, new Date(now)],
  );
}
