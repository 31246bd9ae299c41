import { z } from 'zod';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { useCode, voidCode } from './code.js';
import { setupPanel } from './panel.js';
import { partSchema } from './parts.js';

/**
 * "/设置": the list of what is to be set up, for administrators. With the one-time code that set-up showed on the server it
 * makes whoever types it the first one; that, and an administrator's word, are the only ways to that role.
 */
export const openSetup = operation({
  name: 'setup.open',
  input: z.object({ code: z.string().trim().max(200).default('') }),
  who: ['employee', 'agent', 'supervisor', 'admin'],
  secrets: ['code'],
  async run({ code }, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notMember'));
    if (code !== '') return redeem(call, caller.id, code);
    if (caller.role !== 'admin') return refuse(text(locale, 'setup.onlyAdmin'));
    await showPanel(call, setupPanel, { part: 'home' });
    return done();
  },
});

async function redeem(call: Call, memberId: string, words: string): Promise<Outcome> {
  const { scene, invocation, operations } = call;
  const { locale } = scene.tenant;
  const { vault } = operations.installation;
  const { origin } = invocation;
  if (origin.kind !== 'typed' || origin.place.kind !== 'direct') {
    await voidCode(scene, vault, words);
    return refuse(text(locale, 'setup.code.inGroup'));
  }
  const used = await useCode(scene, vault, { memberId, words });
  if (used !== 'used') return refuse(text(locale, `setup.code.${used}`));
  await scene.tx.query(`update members set role = 'admin' where tenant_id = $1 and id = $2`, [
    scene.tenant.id,
    memberId,
  ]);
  await happened(scene, {
    kind: 'member.roleSet',
    subject: `member:${memberId}`,
    actor: memberId,
    data: { role: 'admin', by: 'code' },
  });
  await showPanel(call, setupPanel, { part: 'home' });
  return done(text(locale, 'setup.code.welcome', { tenant: scene.tenant.name }));
}

/** One part of set-up, or one thing in it. */
export const showSetup = operation({
  name: 'setup.show',
  input: partSchema,
  who: ['admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, setupPanel, input);
    return done();
  },
});
