import { z } from 'zod';
import type { PanelButton, PanelRow } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { formatWaited, startOfDay } from '../i18n/time.js';
import { done, operation } from '../operations/operation.js';
import { sightOf } from '../search/visible.js';
import { type Share, sharesOf } from './figures.js';
import { choiceAmong, chosenId } from './live.js';
import { type Teammate, teammates } from './people.js';

const query = z.object({ queue: chosenId, after: z.uuid().optional() });

const rowsOnPage = 8;

/** Who is at work, what they have on their hands, and how their day goes. */
export const teamPanel = panel({
  name: 'team',
  asked: query,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    if (reader.role !== 'supervisor' && reader.role !== 'admin')
      return { title: text(locale, 'error.notAllowed') };
    const sight = await sightOf(db, tenant.id, reader);
    const found = await teammates(db, tenant.id, sight, { ...asked, limit: rowsOnPage + 1 });
    const shown = found.slice(0, rowsOnPage);
    const seen = { tenantId: tenant.id, sight, wanted: { queueId: asked.queue } };
    const shares = await sharesOf(
      db,
      seen,
      shown.map(({ id }) => id),
      startOfDay(now, tenant.timeZone),
    );
    const last = shown.at(-1);
    const same: PanelButton['arguments'] = asked.queue === undefined ? {} : { queue: asked.queue };
    const inputs = [
      choiceAmong(locale, 'queue', text(locale, 'card.label.queue'), sight.queues, asked.queue),
    ].filter(({ options }) => options.length > 2);
    return {
      title: text(locale, 'overview.team'),
      status: text(locale, 'overview.teamHint'),
      rows: shown.map((one) => rowOf(looking, one, shares.get(one.id))),
      empty: text(locale, 'overview.nobodyServes'),
      inputs,
      submit:
        inputs.length > 0
          ? [button(text(locale, 'overview.button.show'), team.name, {}, { style: 'positive' })]
          : [],
      buttons: [
        button(
          text(locale, asked.after === undefined ? 'card.button.refresh' : 'overview.button.top'),
          team.name,
          same,
        ),
        ...(found.length > rowsOnPage && last
          ? [button(text(locale, 'card.button.next'), team.name, { ...same, after: last.id })]
          : []),
        button(text(locale, 'card.button.live'), 'queue.live', same),
      ],
    };
  },
});

function rowOf({ tenant: { locale } }: Looking, one: Teammate, share: Share | undefined): PanelRow {
  const load = share?.load ?? 0;
  return {
    title: `${one.name} · ${text(locale, `shift.status.${one.status}`)}`,
    detail: shareWords(locale, one, share).join(' · '),
    text: '',
    tone: load >= one.capacity && load > 0 ? 'warning' : 'default',
    buttons: [button(text(locale, 'overview.button.detail'), 'member.oversee', { member: one.id })],
  };
}

/** "处理中 3/20", "今日接待 12", "平均首响 1 分钟", "评分 4.8". */
export function shareWords(
  locale: Looking['tenant']['locale'],
  { capacity }: Teammate,
  share: Share | undefined,
): string[] {
  return [
    text(locale, 'overview.load', { count: share?.load ?? 0, capacity }),
    text(locale, 'overview.handled', { count: share?.handled ?? 0 }),
    ...(share?.averageResponse === undefined
      ? []
      : [text(locale, 'overview.response', { waited: formatWaited(share.averageResponse, locale) })]),
    ...(share?.rating === undefined
      ? []
      : [text(locale, 'overview.score', { rating: share.rating.toFixed(1) })]),
  ];
}

/** Shows a supervisor their people. */
export const team = operation({
  name: 'member.team',
  input: query,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, teamPanel, input);
    return done();
  },
});
