import type { Reads } from '../conversations/conversation.js';
import type { Installation } from '../installation.js';

/** What a queue still lacks before anybody is served there. */
export type Lack = 'members' | 'agents' | 'desk';

export interface QueueState {
  id: string;
  name: string;
  confidential: boolean;
  assigns: boolean;
  settings: unknown;
  members: number;
  lacks: Lack[];
}

export async function queueStates(db: Reads, tenantId: string): Promise<QueueState[]> {
  const rows = await db.query<{
    id: string;
    name: string;
    confidential: boolean;
    assigns: boolean;
    settings: unknown;
    members: number;
    agents: number;
    desks: number;
  }>(
    `select q.id, q.name, q.confidential, q.assigns, q.settings,
            count(distinct m.id)::int as members,
            (count(distinct m.id) filter (where m.role <> 'employee'))::int as agents,
            (select count(*)::int from desks d where d.tenant_id = q.tenant_id and d.queue_id = q.id) as desks
       from queues q
       left join queue_members s on s.tenant_id = q.tenant_id and s.queue_id = q.id
       left join members m on m.tenant_id = q.tenant_id and m.id = s.member_id and m.departed_at is null
      where q.tenant_id = $1 group by q.tenant_id, q.id order by q.name`,
    [tenantId],
  );
  return rows.map(({ agents, desks, ...row }) => ({
    ...row,
    lacks: [
      ...(row.members === 0 ? (['members'] as const) : agents === 0 ? (['agents'] as const) : []),
      ...(desks === 0 ? (['desk'] as const) : []),
    ],
  }));
}

export interface WorkspaceState {
  id: string;
  name: string;
  platform: string;
  transport: 'http' | 'socket';
  address: string;
  heardAt?: number;
}

export async function workspaceStates(db: Reads, tenantId: string): Promise<WorkspaceState[]> {
  const rows = await db.query<{
    id: string;
    name: string;
    platform: string;
    transport: 'http' | 'socket';
    address: string;
    heard_at: Date | null;
  }>(
    'select id, name, platform, transport, address, heard_at from workspaces where tenant_id = $1 order by name, id',
    [tenantId],
  );
  return rows.map(({ heard_at, ...row }) => ({ ...row, heardAt: heard_at?.getTime() }));
}

/** Whether anything is ever heard from a platform: a group's webhook only says. */
export const isHeard = ({ bots }: Pick<Installation, 'bots'>, platform: string): boolean => {
  const abilities = bots.get(platform)?.abilities;
  return abilities !== undefined && abilities.groups !== 'sends';
};

export interface AccountState {
  id: string;
  name: string;
  channel: string;
  queue: string;
  heardAt?: number;
}

export async function accountStates(db: Reads, tenantId: string): Promise<AccountState[]> {
  const rows = await db.query<{
    id: string;
    name: string;
    channel: string;
    queue: string;
    heard_at: Date | null;
  }>(
    // What is served or pulled is not delivered to a callback address, and heard all the same.
    `select a.id, a.name, a.channel, q.name as queue,
            greatest(a.heard_at, (select max(i.created_at) from identities i
                                   where i.tenant_id = a.tenant_id and i.account_id = a.id)) as heard_at
       from accounts a join queues q on q.tenant_id = a.tenant_id and q.id = a.queue_id
      where a.tenant_id = $1 order by a.name, a.id`,
    [tenantId],
  );
  return rows.map(({ heard_at, ...row }) => ({ ...row, heardAt: heard_at?.getTime() }));
}

export async function roleCounts(
  db: Reads,
  tenantId: string,
): Promise<{ agents: number; supervisors: number; admins: number }> {
  const [row] = await db.query<{ agents: number; supervisors: number; admins: number }>(
    `select (count(*) filter (where role = 'agent'))::int as agents,
            (count(*) filter (where role = 'supervisor'))::int as supervisors,
            (count(*) filter (where role = 'admin'))::int as admins
       from members where tenant_id = $1 and departed_at is null`,
    [tenantId],
  );
  return row ?? { agents: 0, supervisors: 0, admins: 0 };
}
