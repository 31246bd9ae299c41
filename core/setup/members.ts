import { z } from 'zod';
import { activeConversationsOf } from '../conversations/conversation.js';
import { homeOf } from '../conversations/workplace.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { done, operation, type Role, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { happened, type Scene } from '../pipeline/scene.js';
import { saved } from './saved.js';
import { listed, roleName, roles, whole } from './words.js';

/** Members of a name; never a guess between two. */
export async function memberCalled(
  { tx, tenant }: Scene,
  name: string,
): Promise<{ id: string; name: string } | { say: string }> {
  const found = await tx.query<{ id: string; name: string }>(
    `select id, name from members where tenant_id = $1 and lower(name) = lower($2) and departed_at is null limit 2`,
    [tenant.id, name.replace(/^@/, '')],
  );
  const [one, other] = found;
  if (one && !other) return one;
  return { say: text(tenant.locale, one ? 'setup.severalMembers' : 'setup.unknownMember', { name }) };
}

/** Gives a member their role. Nothing but this, and once the one-time code, makes an administrator. */
export const setRole = operation({
  name: 'member.setRole',
  input: z.object({ member: z.uuid(), role: z.enum(roles) }),
  who: ['admin'],
  async run({ member: id, role }, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    // Of two administrators who take the role from each other at once, one stays.
    await scene.tx.query('select 1 from tenants where id = $1 for no key update', [scene.tenant.id]);
    const member = await memberById(scene.tx, scene.tenant.id, id);
    if (!member || member.departed) return refuse(text(locale, 'setup.unknownMember', { name: '' }));
    const { name } = member;
    if (member.role === role)
      return done(text(locale, 'setup.roleSame', { name, role: roleName(locale, role) }));
    const refusal = (await isLastAdmin(scene, member))
      ? text(locale, 'setup.lastAdmin', { name })
      : undefined;
    if (refusal) return refuse(refusal);
    const { length: count } =
      role === 'employee' ? await activeConversationsOf(scene.tx, scene.tenant.id, id) : [];
    if (count > 0) return refuse(text(locale, 'setup.stillServing', { name, count }));
    await scene.tx.query('update members set role = $3 where tenant_id = $1 and id = $2', [
      scene.tenant.id,
      id,
      role,
    ]);
    await happened(scene, {
      kind: 'member.roleSet',
      subject: `member:${id}`,
      actor: caller?.id,
      data: { role, before: member.role },
    });
    if (id !== caller?.id) await tellRole(scene, id, role);
    return saved(call, text(locale, 'setup.roleSet', { name, role: roleName(locale, role) }));
  },
});

async function isLastAdmin(scene: Scene, { id, role }: { id: string; role: Role }): Promise<boolean> {
  if (role !== 'admin') return false;
  const others = await scene.tx.query(
    `select 1 from members where tenant_id = $1 and id <> $2 and role = 'admin' and departed_at is null limit 1`,
    [scene.tenant.id, id],
  );
  return others.length === 0;
}

async function tellRole(scene: Scene, memberId: string, role: Role): Promise<void> {
  const { locale } = scene.tenant;
  const to = await homeOf(scene, memberId);
  if (to)
    await enqueue(scene, {
      kind: 'tell',
      to,
      text: text(locale, 'setup.youAre', { role: roleName(locale, role) }),
    });
}

/** How much a member may have on their hands, and what they can. */
export const setMember = operation({
  name: 'member.set',
  input: z.object({
    member: z.uuid(),
    capacity: z.coerce.number().int().min(0).max(500).optional(),
    skills: z.string().trim().max(400).optional(),
    whole,
  }),
  who: ['admin'],
  async run({ member: id, capacity, whole: isForm, ...given }, call) {
    const skills = given.skills ?? (isForm ? '' : undefined);
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const member = await memberById(scene.tx, scene.tenant.id, id);
    if (!member || member.departed) return refuse(text(locale, 'setup.unknownMember', { name: '' }));
    await scene.tx.query(
      'update members set capacity = coalesce($3, capacity), skills = coalesce($4, skills) where tenant_id = $1 and id = $2',
      [scene.tenant.id, id, capacity ?? null, skills === undefined ? null : listed(skills).slice(0, 20)],
    );
    await happened(scene, {
      kind: 'member.set',
      subject: `member:${id}`,
      actor: caller?.id,
      data: { capacity, skills },
    });
    return saved(call, text(locale, 'setup.memberSet', { name: member.name }));
  },
});
