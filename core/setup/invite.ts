import { z } from 'zod';
import { askedOf } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { operation, refuse } from '../operations/operation.js';
import { openedSecret } from '../operations/secrets.js';
import { happened, type Scene } from '../pipeline/scene.js';
import { setupPanel } from './panel.js';
import { partSchema } from './parts.js';
import { saved } from './saved.js';
import { roleName } from './words.js';

/**
 * Somebody found in a directory becomes a member before they have said a word, so that they can be given a role. They are
 * named by their place in what was found: an id that identifies a person stands on no button.
 */
export const inviteMember = operation({
  name: 'member.invite',
  input: z.object({ found: z.string().regex(/^\d{1,2}:/) }),
  who: ['admin'],
  async run({ found }, call) {
    const { scene, caller, operations } = call;
    const { locale } = scene.tenant;
    const asked = partSchema.safeParse(caller && (await askedOf(scene, setupPanel, caller.id))).data;
    const [, at = '', name = ''] = /^(\d+):(.*)$/s.exec(found) ?? [];
    const one = asked?.part === 'members' ? asked.found[Number(at)] : undefined;
    if (!caller || !one || one.name !== name) return refuse(text(locale, 'error.expired'));
    const { tx, tenant, now } = scene;
    const { vault } = operations.installation;
    const person = await openedSecret(vault, { tenantId: tenant.id, memberId: caller.id }, one.person);
    const print = await vault.fingerprint(tenant.id, 'person', person);
    const known = await knownInRealm(scene, one.workspace, print);
    const id = known ?? scene.ids.next();
    const role = 'employee';
    if (!known)
      await tx.query(
        'insert into members (tenant_id, id, name, role, created_at) values ($1, $2, $3, $4, $5)',
        [tenant.id, id, one.name, role, new Date(now)],
      );
    const place = {
      tenantId: tenant.id,
      table: 'member_identities',
      column: 'person_sealed',
      row: `${one.workspace}:${id}`,
    };
    const made = await tx.query(
      `insert into member_identities (tenant_id, workspace_id, person_print, person_sealed, member_id, looked_up_at)
       values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, workspace_id, person_print) do nothing returning 1`,
      [tenant.id, one.workspace, print, await vault.seal(place, person), id, new Date(now)],
    );
    // They have written meanwhile, and are a member already.
    if (made.length === 0 && !known)
      await tx.query('delete from members where tenant_id = $1 and id = $2', [tenant.id, id]);
    else if (made.length > 0)
      await happened(scene, { kind: 'member.invited', subject: `member:${id}`, actor: caller.id });
    return saved(call, text(locale, 'setup.invited', { name: one.name, role: roleName(locale, role) }));
  },
});

/** Whoever another workspace of the same realm knows by this id is the same person. */
async function knownInRealm(
  { tx, tenant, platforms }: Scene,
  workspaceId: string,
  print: Buffer,
): Promise<string | undefined> {
  const [workspace] = await tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [tenant.id, workspaceId],
  );
  const realm = platforms.get(workspace?.platform ?? '')?.abilities.realm;
  const inRealm = [...platforms]
    .filter(([, { abilities }]) => abilities.realm === realm)
    .map(([name]) => name);
  const [row] = await tx.query<{ member_id: string }>(
    `select i.member_id from member_identities i
       join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id and w.platform = any($3)
      where i.tenant_id = $1 and i.person_print = $2 and i.left_at is null limit 1`,
    [tenant.id, print, inRealm],
  );
  return row?.member_id;
}
