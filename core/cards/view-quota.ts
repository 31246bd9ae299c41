import { text } from '../i18n/texts.js';
import type { Quota } from '../ports/bot.js';
import { monthOf, type Used, usageIn } from '../workspaces/usage.js';
import { type Drawn, type Looking, timeless } from './look.js';

/** From which share of its month on a workspace is shown in amber, and in red. */
const nearShare = 0.8;
const lastShare = 0.95;

/** What is used and left of each workspace's month. */
export async function quotaView(looking: Looking): Promise<Drawn> {
  const { db, tenant, now } = looking;
  const { locale } = tenant;
  const used = await usageIn(db, tenant.id, monthOf(now, tenant.timeZone));
  const rows = await Promise.all(used.map(async (one) => rowOf(looking, one, await looking.quotaOf(one.id))));
  const title = text(locale, 'card.quotaTitle');
  return {
    version: 1,
    phase: timeless,
    view: {
      template: 'quota',
      locale,
      plain: [title, ...rows.map((row) => `${row.workspace}：${row.used}，${row.left}`)].join('\n'),
      data: { title, rows, hint: text(locale, 'card.quotaHint') },
    },
  };
}

function rowOf({ tenant: { locale } }: Looking, used: Used, quota: Quota | undefined) {
  const count = new Intl.NumberFormat(locale);
  const of = (have: number, limit: number | undefined) =>
    limit === undefined ? count.format(have) : `${count.format(have)} / ${count.format(limit)}`;
  const share = quota ? sharesOf(used, quota) : 0;
  return {
    workspace: used.name,
    used: text(locale, 'card.quotaUsed', {
      calls: of(used.calls, quota?.calls),
      pushes: of(used.pushes, quota?.pushes),
    }),
    left: quota
      ? text(locale, 'card.quotaLeft', { count: count.format(conversationsLeft(used, quota)) })
      : text(locale, 'card.quotaUncounted'),
    tone:
      share >= lastShare
        ? ('attention' as const)
        : share >= nearShare
          ? ('warning' as const)
          : ('good' as const),
  };
}

/** The greater of the two shares of the month that are used. */
export const sharesOf = (used: Pick<Used, 'calls' | 'pushes'>, quota: Quota): number =>
  Math.max(used.calls / quota.calls, used.pushes / quota.pushes);

/** How many more conversations the rest of the month allows, as they usually go. */
export function conversationsLeft(used: Pick<Used, 'calls' | 'pushes'>, quota: Quota): number {
  const calls = (quota.calls - used.calls) / quota.callsPerConversation;
  const pushes = (quota.pushes - used.pushes) / quota.pushesPerConversation;
  return Math.max(0, Math.floor(Math.min(calls, pushes)));
}
