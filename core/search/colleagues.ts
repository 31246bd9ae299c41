import type { Reads } from '../conversations/conversation.js';
import type { Sight } from './visible.js';

const most = 100;

/** The people who serve a queue that the reader may see, for choosing one. */
export async function colleaguesInSight(
  db: Reads,
  tenantId: string,
  { queues }: Sight,
): Promise<{ id: string; name: string }[]> {
  return db.query<{ id: string; name: string }>(
    `select m.id, m.name from members m
      where m.tenant_id = $1 and m.departed_at is null and m.role <> 'employee' and exists (
              select 1 from queue_members q
               where q.tenant_id = m.tenant_id and q.member_id = m.id and q.queue_id = any($2::uuid[]))
      order by m.name, m.id limit ${most}`,
    [tenantId, queues.map(({ id }) => id)],
  );
}
