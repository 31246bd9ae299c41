import { conversationById } from '../conversations/conversation.js';
import type { Core } from '../core.js';
import type { Role } from '../operations/operation.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { subjectIn } from './subject.js';

/** The member who looks at a page, logged in through this workspace. */
export interface Reader {
  tenantId: string;
  workspaceId: string;
  memberId: string;
  name: string;
  role: Role;
}

/** The member as they stand now. Undefined: they are gone, from the house or from this workspace. */
export async function readerOf(
  { db }: Pick<Core, 'db'>,
  who: Pick<Reader, 'tenantId' | 'workspaceId' | 'memberId'>,
): Promise<Reader | undefined> {
  const { tenantId, workspaceId, memberId } = who;
  const [row] = await db.query<{ name: string; role: Role }>(
    `select m.name, m.role from members m
       join member_identities i on i.tenant_id = m.tenant_id and i.member_id = m.id and i.workspace_id = $2
      where m.tenant_id = $1 and m.id = $3 and m.departed_at is null and i.left_at is null limit 1`,
    [tenantId, workspaceId, memberId],
  );
  return row && { tenantId, workspaceId, memberId, ...row };
}

/**
 * Whether a card is still for this member's eyes. A link lives for days, and meanwhile a conversation may go to somebody
 * else, a queue may be closed to them, or they may have other work.
 */
export async function mayRead(
  { db }: Pick<Core, 'db'>,
  reader: Reader,
  card: { subject: string; audience: string },
): Promise<boolean> {
  const me = `member:${reader.memberId}`;
  if (card.audience !== 'desk' && card.audience !== me) return false;
  const { kind, id } = subjectIn(card.subject);
  if (kind === 'member') return card.subject === me;
  if (kind !== 'conversation' && kind !== 'queue') return card.audience === me;
  const conversation = kind === 'conversation' ? await conversationById(db, reader.tenantId, id) : undefined;
  if (conversation?.ownerId === reader.memberId) return true;
  const queueId = kind === 'queue' ? id : conversation?.queueId;
  const queues = await queuesFor(db, reader.tenantId, reader.memberId);
  const queue = queues.find((one) => one.id === queueId);
  return queue !== undefined && maySee(queue, { id: reader.memberId, ...reader });
}
