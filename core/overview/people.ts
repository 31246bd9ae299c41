import type { Reads } from '../conversations/conversation.js';
import type { Sight } from '../search/visible.js';

/** Somebody who serves a queue in sight. */
export interface Teammate {
  id: string;
  name: string;
  status: 'on' | 'busy' | 'break' | 'off';
  capacity: number;
}

/** By name, from behind one of them on; of one queue, or of all in sight. */
export function teammates(
  db: Reads,
  tenantId: string,
  { queues }: Sight,
  { queue, after, limit }: { queue?: string; after?: string; limit: number },
): Promise<Teammate[]> {
  const ids = queues.map(({ id }) => id).filter((id) => queue === undefined || id === queue);
  return db.query<Teammate & Record<string, unknown>>(
    `select m.id, m.name, m.status, m.capacity from members m
      where m.tenant_id = $1 and m.departed_at is null and m.role <> 'employee'
        and exists (select 1 from queue_members q
                     where q.tenant_id = m.tenant_id and q.member_id = m.id and q.queue_id = any($2::uuid[]))
        and ($3::uuid is null or (m.name, m.id) > (select name, id from members where tenant_id = $1 and id = $3))
      order by m.name, m.id limit $4`,
    [tenantId, ids, after ?? null, limit],
  );
}

/** A teammate by id, if they serve a queue in sight. */
export async function teammate(
  db: Reads,
  tenantId: string,
  { queues }: Sight,
  id: string,
): Promise<Teammate | undefined> {
  const [row] = await db.query<Teammate & Record<string, unknown>>(
    `select m.id, m.name, m.status, m.capacity from members m
      where m.tenant_id = $1 and m.id = $3 and m.departed_at is null and m.role <> 'employee'
        and exists (select 1 from queue_members q
                     where q.tenant_id = m.tenant_id and q.member_id = m.id and q.queue_id = any($2::uuid[]))`,
    [tenantId, queues.map((queue) => queue.id), id],
  );
  return row;
}
