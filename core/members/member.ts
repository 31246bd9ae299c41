import type { Reads } from '../conversations/conversation.js';
import type { Role } from '../operations/operation.js';

/** One person on the staff side, with an identity per workspace. */
export interface Member {
  id: string;
  name: string;
  role: Role;
  /** How many conversations they may have at once. */
  capacity: number;
  focus?: { conversationId: string; at: number };
  departed: boolean;
}

export async function memberById(db: Reads, tenantId: string, id: string): Promise<Member | undefined> {
  const [row] = await db.query<{
    id: string;
    name: string;
    role: Role;
    capacity: number;
    focus_conversation_id: string | null;
    focus_at: Date | null;
    departed_at: Date | null;
  }>(
    `select id, name, role, capacity, focus_conversation_id, focus_at, departed_at from members
      where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return (
    row && {
      id: row.id,
      name: row.name,
      role: row.role,
      capacity: row.capacity,
      focus:
        row.focus_conversation_id && row.focus_at
          ? { conversationId: row.focus_conversation_id, at: row.focus_at.getTime() }
          : undefined,
      departed: row.departed_at !== null,
    }
  );
}

export async function setFocus(
  db: Reads,
  tenantId: string,
  memberId: string,
  conversationId: string | null,
  now: number,
): Promise<void> {
  await db.query(
    'update members set focus_conversation_id = $3, focus_at = $4 where tenant_id = $1 and id = $2',
    [tenantId, memberId, conversationId, conversationId && new Date(now)],
  );
}
