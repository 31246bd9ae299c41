import { alertStaff } from '../alerts/alert.js';
import type { Clock, Ids } from '../clock.js';
import { activeConversationsOf } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import type { Logger } from '../log.js';
import { personOf } from '../outbox/place-of.js';
import { type Entry, identityMailbox, memberMailbox } from '../pipeline/entry.js';
import type { Hint } from '../pipeline/hints.js';
import { forward, happened, type Scene } from '../pipeline/scene.js';
import type { InboundDirectory } from '../ports/inbound.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { Member } from './member.js';

/** What a platform's directory says of a person of its own. */
export async function directorySays(
  scene: Scene,
  member: Member,
  workspaceId: string,
  change: InboundDirectory['change'],
): Promise<void> {
  if (change === 'left') return leave(scene, member, workspaceId);
  // Looked up at the next round: nothing slow happens here.
  await scene.tx.query(
    'update member_identities set looked_up_at = null where tenant_id = $1 and workspace_id = $2 and member_id = $3',
    [scene.tenant.id, workspaceId, member.id],
  );
}

/**
 * Somebody is gone from a workspace's directory: they can do nothing there from now on, nor in any other workspace of its
 * realm that knows them by the same id, which may have no directory to say so; and their cards there are not drawn any
 * more. Who is gone from the last one has left the company, and what they were handling waits again.
 */
async function leave(scene: Scene, member: Member, workspaceId: string): Promise<void> {
  const { tx, tenant, now } = scene;
  await tx.query(
    `with gone as (
       update member_identities i set left_at = $4, looked_up_at = $4 from workspaces w, member_identities here
        where i.tenant_id = $1 and i.member_id = $3 and i.left_at is null
          and here.tenant_id = $1 and here.member_id = $3 and here.workspace_id = $2
          and w.tenant_id = $1 and w.id = i.workspace_id
          and (w.id = $2 or (i.person_print = here.person_print and w.platform = any($5)))
       returning i.workspace_id
     )
     update cards set retired_at = $4
      where tenant_id = $1 and audience = $6 and retired_at is null and workspace_id in (select workspace_id from gone)`,
    [
      tenant.id,
      workspaceId,
      member.id,
      new Date(now),
      await realmOf(scene, workspaceId),
      `member:${member.id}`,
    ],
  );
  const [remaining] = await tx.query(
    'select 1 from member_identities where tenant_id = $1 and member_id = $2 and left_at is null limit 1',
    [tenant.id, member.id],
  );
  if (remaining || member.departed) return;
  await tx.query('update members set departed_at = $3 where tenant_id = $1 and id = $2', [
    tenant.id,
    member.id,
    new Date(now),
  ]);
  await happened(scene, { kind: 'member.departed', subject: `member:${member.id}` });
  const theirs = await activeConversationsOf(tx, tenant.id, member.id);
  for (const { identityId, id } of theirs) {
    await forward(scene, identityMailbox(identityId), {
      kind: 'ownerless',
      conversationId: id,
      memberId: member.id,
    });
  }
  if (theirs.length === 0) return;
  const { locale } = tenant;
  await alertStaff(scene, {
    about: `departed:${member.id}`,
    alert: {
      title: text(locale, 'alert.departed'),
      tone: 'warning',
      told: text(locale, 'alert.departedTold', { name: member.name, count: theirs.length }),
      facts: [],
      buttons: [],
    },
  });
}

/** The platforms that call people by the same ids as a workspace's. */
async function realmOf({ tx, tenant, platforms }: Scene, workspaceId: string): Promise<string[]> {
  const [workspace] = await tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [tenant.id, workspaceId],
  );
  const realm = platforms.get(workspace?.platform ?? '')?.abilities.realm;
  return [...platforms].filter(([, { abilities }]) => abilities.realm === realm).map(([name]) => name);
}

/** How often each person is looked up, and how many at a time: calls are counted on some platforms. */
const lookUpEveryMs = 24 * 3_600_000;
const atOnce = 20;

/**
 * Somebody who had left is there again: let in once more by an administrator, or hired again. They are back wherever they
 * were gone from at that moment, and in the house if it was for this that they had departed from it.
 */
async function comesBack(
  db: Database,
  { tenantId, workspaceId, memberId, leftAt }: Due & { leftAt: Date },
): Promise<void> {
  await db.transaction(async (tx) => {
    const back = await tx.query(
      `update member_identities i set left_at = null from member_identities here
        where i.tenant_id = $1 and i.member_id = $3 and i.left_at = $4
          and here.tenant_id = $1 and here.member_id = $3 and here.workspace_id = $2 and here.left_at = $4
          and (i.workspace_id = $2 or i.person_print = here.person_print) returning 1`,
      [tenantId, workspaceId, memberId, leftAt],
    );
    if (back.length === 0) return;
    await tx.query(
      `update members m set departed_at = null where m.tenant_id = $1 and m.id = $2 and (m.departed_at = $3 or exists (
         select 1 from member_identities i
          where i.tenant_id = m.tenant_id and i.member_id = m.id and i.left_at = m.departed_at))`,
      [tenantId, memberId, leftAt],
    );
  });
}

/**
 * Looks up those whose turn it is, so that names and departments follow the directory and who left is noticed even where
 * the platform's event was lost. Those who left are looked up only when there is news of them.
 */
export async function followDirectories(parts: {
  db: Database;
  vault: Vault;
  clock: Clock;
  ids: Ids;
  log: Logger;
  workspaces: Workspaces;
}): Promise<Hint[]> {
  const { db, clock } = parts;
  const due = await db.query<Due>(
    `update member_identities set looked_up_at = $1 where (tenant_id, workspace_id, person_print) in (
       select i.tenant_id, i.workspace_id, i.person_print from member_identities i
         join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id
        where i.looked_up_at is null or (i.left_at is null and i.looked_up_at <= $2)
        order by i.looked_up_at nulls first limit ${atOnce} for update of i skip locked)
     returning tenant_id as "tenantId", workspace_id as "workspaceId", member_id as "memberId", left_at as "leftAt"`,
    [new Date(clock.now()), new Date(clock.now() - lookUpEveryMs)],
  );
  const hints: Hint[] = [];
  for (const one of due) hints.push(...(await lookUp(parts, one)));
  return hints;
}

interface Due extends Record<string, unknown> {
  tenantId: string;
  workspaceId: string;
  memberId: string;
  leftAt: Date | null;
}

async function lookUp(
  { db, vault, clock, ids, log, workspaces }: Parameters<typeof followDirectories>[0],
  { tenantId, workspaceId, memberId, leftAt }: Due,
): Promise<Hint[]> {
  const workspace = await workspaces.byId(tenantId, workspaceId);
  const person = await personOf(db, vault, tenantId, workspaceId, memberId, { evenIfLeft: true });
  if (!workspace || person === undefined) return [];
  const found = await workspace.people.person(person).catch((error: unknown) => {
    log.info({ error, workspace: workspaceId }, 'a directory could not be asked; it will be later');
    return undefined;
  });
  // Not to be found may only mean that the app may not see them.
  if (!found) return [];
  if (!found.departed) {
    if (leftAt) await comesBack(db, { tenantId, workspaceId, memberId, leftAt });
    await db.query(
      `update member_identities set departments = $4 where tenant_id = $1 and workspace_id = $2 and member_id = $3`,
      [tenantId, workspaceId, memberId, found.departments ?? []],
    );
    if (found.name)
      await db.query('update members set name = $3 where tenant_id = $1 and id = $2 and name <> $3', [
        tenantId,
        memberId,
        found.name,
      ]);
    return [];
  }
  if (leftAt) return [];
  const mailbox = memberMailbox(memberId);
  const event: InboundDirectory = {
    kind: 'directory',
    id: ids.next(),
    sender: person,
    at: clock.now(),
    change: 'left',
  };
  const entry: Entry = { kind: 'member', workspaceId, event };
  await db.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [tenantId, mailbox, ids.next(), JSON.stringify(entry), new Date(clock.now())],
  );
  return [{ kind: 'mailbox', tenantId, name: mailbox }];
}
