import type { Reads } from '../conversations/conversation.js';
import type { Role } from '../operations/operation.js';
import type { Transaction } from '../storage/database.js';

/** One person on the staff side, with an identity per workspace. */
export interface Member {
  id: string;
  name: string;
  role: Role;
  /** How many conversations they may have at once. */
  capacity: number;
  focus?: { conversationId: string; at: number };
  departed: boolean;
  /** The workspace in which they last said or pressed something: what concerns them goes there. */
  workspaceId?: string;
  status: Status;
  /** When a break ends by itself. */
  statusUntil?: number;
}

/** `on` takes work; `busy` and `break` keep what they have and get no more; `off` has handed it over. */
export const statuses = ['on', 'busy', 'break', 'off'] as const;
export type Status = (typeof statuses)[number];

interface Row extends Record<string, unknown> {
  id: string;
  name: string;
  role: Role;
  capacity: number;
  focus_conversation_id: string | null;
  focus_at: Date | null;
  departed_at: Date | null;
  workspace_id: string | null;
  status: Status;
  status_until: Date | null;
}

const columns = `m.id, m.name, m.role, m.capacity, m.focus_conversation_id, m.focus_at, m.departed_at, m.workspace_id,
  m.status, m.status_until`;

const fromRow = (row: Row): Member => ({
  id: row.id,
  name: row.name,
  role: row.role,
  capacity: row.capacity,
  focus:
    row.focus_conversation_id && row.focus_at
      ? { conversationId: row.focus_conversation_id, at: row.focus_at.getTime() }
      : undefined,
  departed: row.departed_at !== null,
  workspaceId: row.workspace_id ?? undefined,
  status: row.status,
  statusUntil: row.status_until?.getTime(),
});

export async function memberById(db: Reads, tenantId: string, id: string): Promise<Member | undefined> {
  const [row] = await db.query<Row>(`select ${columns} from members m where tenant_id = $1 and id = $2`, [
    tenantId,
    id,
  ]);
  return row && fromRow(row);
}

/** The member as one workspace knows them: who has left its directory has departed, as far as that workspace goes. */
export async function memberIn(
  db: Reads,
  tenantId: string,
  id: string,
  workspaceId: string,
): Promise<Member | undefined> {
  const [row] = await db.query<Row & { left: boolean }>(
    `select ${columns}, i.left_at is not null as left from members m
       left join member_identities i on i.tenant_id = m.tenant_id and i.member_id = m.id and i.workspace_id = $3
      where m.tenant_id = $1 and m.id = $2`,
    [tenantId, id, workspaceId],
  );
  return row && { ...fromRow(row), departed: row.departed_at !== null || row.left };
}

/** They are at work in this workspace now. */
export async function settleIn(
  db: Reads,
  tenantId: string,
  memberId: string,
  workspaceId: string,
): Promise<void> {
  await db.query('update members set workspace_id = $3 where tenant_id = $1 and id = $2', [
    tenantId,
    memberId,
    workspaceId,
  ]);
}

export function setFocus(
  tx: Transaction,
  tenantId: string,
  memberId: string,
  conversationId: string | null,
  now: number,
): void {
  tx.send('update members set focus_conversation_id = $3, focus_at = $4 where tenant_id = $1 and id = $2', [
    tenantId,
    memberId,
    conversationId,
    conversationId && new Date(now),
  ]);
}
