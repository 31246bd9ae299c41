import { postCard } from '../cards/post.js';
import type { Alert } from '../cards/view-alert.js';
import { homeOf } from '../conversations/workplace.js';
import { happened, type Scene } from '../pipeline/scene.js';

const tenMinutes = 10 * 60_000;

/**
 * Tells supervisors and admins of trouble that is nobody's conversation, each where they are at work. The same trouble
 * (`about`) again within `silentForMs` is no news, in whichever process it is noticed.
 */
export async function alertStaff(
  scene: Scene,
  {
    about,
    alert,
    silentForMs = tenMinutes,
    to,
  }: {
    about: string;
    alert: Alert;
    silentForMs?: number;
    /** Only these members, where not all supervisors and admins may know of it. */
    to?: readonly string[];
  },
): Promise<void> {
  const subject = `alert:${about}`;
  const { tx, tenant, now } = scene;
  // Processes that notice the same are told apart by who locks the tenant's row first.
  await tx.query('select 1 from tenants where id = $1 for no key update', [tenant.id]);
  const told = await tx.query(
    `select 1 from events where tenant_id = $1 and subject = $2 and at > $3 limit 1`,
    [tenant.id, subject, new Date(Math.max(0, now - silentForMs))],
  );
  if (told.length > 0) return;
  await happened(scene, { kind: 'alert.raised', subject, data: { title: alert.title, told: alert.told } });
  const heads = await tx.query<{ id: string }>(
    `select id from members where tenant_id = $1 and role in ('supervisor', 'admin') and departed_at is null order by id`,
    [tenant.id],
  );
  for (const { id } of to ? to.map((one) => ({ id: one })) : heads) {
    const place = await homeOf(scene, id);
    if (place)
      await postCard(scene, { subject, template: 'alert', audience: `member:${id}`, place, data: alert });
  }
}
