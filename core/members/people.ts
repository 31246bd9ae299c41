import type { Clock, Ids } from '../clock.js';
import { text } from '../i18n/texts.js';
import { foundOnce, Lately } from '../lately.js';
import type { Logger } from '../log.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Tenants } from '../tenant.js';
import type { Workspace } from '../workspaces/workspaces.js';

const knownMax = 20_000;

/**
 * Finds which member a person of a workspace is. Somebody who writes to the bot for the first time becomes a member with
 * the least rights, an employee; their name is looked up after the platform was answered.
 */
export class People {
  private readonly known = new Lately<Promise<string>>(knownMax);

  constructor(
    private readonly parts: {
      db: Database;
      vault: Vault;
      clock: Clock;
      ids: Ids;
      log: Logger;
      tenants: Tenants;
    },
  ) {}

  memberOf(workspace: Workspace, person: string): Promise<string> {
    return foundOnce(
      this.known,
      `${workspace.id} ${person}`,
      async () =>
        (await this.find(workspace, person)) ??
        (await this.recognise(workspace, person)) ??
        (await this.welcome(workspace, person)),
    );
  }

  /** Who a person of a workspace is; nobody becomes a member by being asked about. */
  async knownAs(workspace: Workspace, person: string): Promise<string | undefined> {
    return this.find(workspace, person);
  }

  private async find(workspace: Workspace, person: string): Promise<string | undefined> {
    const print = await this.parts.vault.fingerprint(workspace.tenantId, 'person', person);
    const [row] = await this.parts.db.query<{ member_id: string }>(
      'select member_id from member_identities where tenant_id = $1 and workspace_id = $2 and person_print = $3',
      [workspace.tenantId, workspace.id, print],
    );
    return row?.member_id;
  }

  /** Whoever another workspace of the same realm knows by this id is the same person here. */
  private async recognise(workspace: Workspace, person: string): Promise<string | undefined> {
    const { db, vault } = this.parts;
    const { tenantId } = workspace;
    const print = await vault.fingerprint(tenantId, 'person', person);
    const [row] = await db.query<{ member_id: string }>(
      `select i.member_id from member_identities i
         join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id and w.platform = any($3)
        where i.tenant_id = $1 and i.person_print = $2 and i.left_at is null limit 1`,
      [tenantId, print, workspace.realm],
    );
    if (!row) return undefined;
    await addIdentity(this.parts, { tenantId, id: row.member_id, workspaceId: workspace.id, person });
    return this.find(workspace, person);
  }

  private async welcome(workspace: Workspace, person: string): Promise<string> {
    const { ids, tenants, log } = this.parts;
    const tenant = await tenants.get(workspace.tenantId);
    const memberId = ids.next();
    const name = text(tenant.locale, 'command.newcomer', { tail: memberId.slice(-4) });
    await addMember(this.parts, {
      tenantId: tenant.id,
      id: memberId,
      name,
      role: 'employee',
      workspaceId: workspace.id,
      person,
    });
    const id = await this.find(workspace, person);
    if (id === undefined) throw new Error('A member was added but can not be found');
    this.learnName(workspace, person, id).catch((error: unknown) =>
      log.info({ error }, 'a new member could not be looked up in the directory'),
    );
    return id;
  }

  private async learnName(workspace: Workspace, person: string, memberId: string): Promise<void> {
    const found = await workspace.people.person(person);
    if (!found?.name) return;
    await this.parts.db.query('update members set name = $3 where tenant_id = $1 and id = $2', [
      workspace.tenantId,
      memberId,
      found.name,
    ]);
  }
}

interface NewIdentity {
  tenantId: string;
  /** The member's. */
  id: string;
  workspaceId: string;
  /** What the workspace calls them. */
  person: string;
}

/** Adds a member with an identity in a workspace; a person known there stays who they are. */
export async function addMember(
  parts: { db: Database; vault: Vault; clock: Clock },
  member: NewIdentity & { name: string; role: string },
): Promise<void> {
  const { db, clock } = parts;
  const { tenantId } = member;
  const identity = await sealedIdentity(parts, member);
  await db.transaction(async (tx) => {
    await tx.query(
      'insert into members (tenant_id, id, name, role, created_at) values ($1, $2, $3, $4, $5)',
      [tenantId, member.id, member.name, member.role, new Date(clock.now())],
    );
    if (!(await insertIdentity(tx, identity)))
      await tx.query('delete from members where tenant_id = $1 and id = $2', [tenantId, member.id]);
  });
}

/** One more workspace in which a member is known. False: a person known there stays who they are. */
export async function addIdentity(
  parts: { db: Database; vault: Vault; clock: Clock },
  identity: NewIdentity,
): Promise<boolean> {
  return insertIdentity(parts.db, await sealedIdentity(parts, identity));
}

async function sealedIdentity(
  { vault, clock }: { vault: Vault; clock: Clock },
  { tenantId, id, workspaceId, person }: NewIdentity,
): Promise<unknown[]> {
  const place = {
    tenantId,
    table: 'member_identities',
    column: 'person_sealed',
    row: `${workspaceId}:${id}`,
  };
  const print = await vault.fingerprint(tenantId, 'person', person);
  return [tenantId, workspaceId, print, await vault.seal(place, person), id, new Date(clock.now())];
}

async function insertIdentity(db: Pick<Database, 'query'>, values: unknown[]): Promise<boolean> {
  const made = await db.query(
    `insert into member_identities (tenant_id, workspace_id, person_print, person_sealed, member_id, looked_up_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, workspace_id, person_print) do nothing returning 1`,
    values,
  );
  return made.length > 0;
}
