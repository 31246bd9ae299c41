import { conversationsLeft, sharesOf } from '../cards/view-quota.js';
import type { Core } from '../core.js';
import { text } from '../i18n/texts.js';
import { inScene } from '../pipeline/in-scene.js';
import type { Quota } from '../ports/bot.js';
import { monthOf, type Used, usageIn } from '../workspaces/usage.js';
import { alertStaff } from './alert.js';

/** At these shares of a month's quota people are told, once each. */
const steps = [0.95, 0.8];

/** Looks whether a month's quota nears its end anywhere, so that nobody is surprised by silence. */
export async function watchQuotas(core: Core): Promise<void> {
  const counted = (await core.workspaces.all()).filter(({ bot }) => bot.quota);
  const months = new Map<string, Promise<Used[]>>();
  for (const { tenantId, id, bot, credentials } of counted) {
    const { timeZone } = await core.tenants.get(tenantId);
    const month = monthOf(core.clock.now(), timeZone);
    const used = months.get(tenantId) ?? usageIn(core.db, tenantId, month);
    months.set(tenantId, used);
    const mine = (await used).find((one) => one.id === id);
    const quota = bot.quota?.(credentials);
    const step = mine && quota && steps.find((share) => sharesOf(mine, quota) >= share);
    if (step) await tell(core, tenantId, mine, quota, `${month}:${step}`);
  }
}

function tell(core: Core, tenantId: string, used: Used, quota: Quota, when: string): Promise<void> {
  return inScene(core, tenantId, (scene) => {
    const { locale } = scene.tenant;
    return alertStaff(scene, {
      about: `quota-near:${used.id}:${when}`,
      silentForMs: Number.POSITIVE_INFINITY,
      alert: {
        title: text(locale, 'alert.quotaNear'),
        tone: 'warning',
        told: text(locale, 'alert.quotaNearTold', {
          workspace: used.name,
          percent: Math.floor(sharesOf(used, quota) * 100),
          left: conversationsLeft(used, quota),
        }),
        facts: [],
        buttons: [],
      },
    });
  });
}
