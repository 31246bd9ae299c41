import { z } from 'zod';
import type { PanelButton, PanelInput } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { formatWaited, startOfDay } from '../i18n/time.js';
import { done, operation } from '../operations/operation.js';
import { colleaguesInSight } from '../search/colleagues.js';
import { type Sight, sightOf } from '../search/visible.js';
import { type Figures, figuresOf } from './figures.js';
import { openPlaces, openRows, placeWords } from './open-rows.js';

/** What a form sends of a field that nothing was chosen in is ''. */
export const chosenId = z.preprocess(
  (value) => (value === '' || value === 'all' ? undefined : value),
  z.uuid().optional(),
);

const query = z.object({ queue: chosenId, agent: chosenId, after: z.string().max(80).optional() });
type Query = z.infer<typeof query>;

const rowsOnPage = 8;

/** Who waits and who handles what at this moment, and how the day goes. */
export const livePanel = panel({
  name: 'live',
  asked: query,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant, now, history = db } = looking;
    const { locale } = tenant;
    if (reader.role !== 'supervisor' && reader.role !== 'admin')
      return { title: text(locale, 'error.notAllowed') };
    const sight = await sightOf(db, tenant.id, reader);
    const wanted = { queueId: asked.queue, ownerId: asked.agent };
    const [figures, places, inputs] = await Promise.all([
      figuresOf(history, { tenantId: tenant.id, sight, wanted }, startOfDay(now, tenant.timeZone), now),
      openPlaces(looking, sight, wanted, {
        after: asked.after,
        limit: rowsOnPage + 1,
        states: ['waiting', 'active'],
      }),
      inputsOf(looking, sight, asked),
    ]);
    const shown = places.slice(0, rowsOnPage);
    const last = shown.at(-1);
    return {
      title: text(locale, 'overview.live'),
      tag: text(locale, 'overview.waiting', { count: figures.waiting }),
      tone: figures.longestWait !== undefined && figures.longestWait > lateMs ? 'attention' : 'accent',
      status: text(locale, 'overview.inHand', { count: figures.active }),
      facts: factsOf(looking, figures),
      rows: await openRows(
        looking,
        sight,
        shown.map(({ id }) => id),
      ),
      empty: text(locale, asked.after === undefined ? 'overview.nobody' : 'overview.noMore'),
      inputs,
      submit:
        inputs.length > 0
          ? [button(text(locale, 'overview.button.show'), live.name, {}, { style: 'positive' })]
          : [],
      buttons: buttonsOf(looking, asked, places.length > rowsOnPage && last ? placeWords(last) : undefined),
    };
  },
});

const lateMs = 5 * 60_000;

function factsOf({ tenant: { locale } }: Looking, figures: Figures): Shown['facts'] {
  const time = (ms: number | undefined) =>
    ms === undefined ? text(locale, 'overview.none') : formatWaited(ms, locale);
  return [
    { label: text(locale, 'overview.opened'), value: String(figures.opened) },
    { label: text(locale, 'overview.closed'), value: String(figures.closed) },
    { label: text(locale, 'overview.longestWait'), value: time(figures.longestWait) },
    { label: text(locale, 'overview.medianResponse'), value: time(figures.medianResponse) },
    {
      label: text(locale, 'overview.ratings'),
      value:
        figures.rating === undefined
          ? text(locale, 'overview.none')
          : text(locale, 'overview.ratingOf', { rating: figures.rating.toFixed(1), count: figures.ratings }),
    },
  ];
}

function buttonsOf(
  { tenant: { locale } }: Looking,
  { queue, agent, after }: Query,
  next: string | undefined,
): PanelButton[] {
  const same = { ...(queue && { queue }), ...(agent && { agent }) };
  return [
    button(
      text(locale, after === undefined ? 'card.button.refresh' : 'overview.button.top'),
      live.name,
      same,
    ),
    ...(next === undefined
      ? []
      : [button(text(locale, 'card.button.next'), live.name, { ...same, after: next })]),
    button(text(locale, 'overview.button.team'), 'member.team', queue ? { queue } : {}),
  ];
}

async function inputsOf({ db, tenant }: Looking, sight: Sight, asked: Query): Promise<PanelInput[]> {
  const { locale } = tenant;
  const colleagues = await colleaguesInSight(db, tenant.id, sight);
  return [
    choiceAmong(locale, 'queue', text(locale, 'card.label.queue'), sight.queues, asked.queue),
    choiceAmong(locale, 'agent', text(locale, 'card.label.owner'), colleagues, asked.agent),
  ].filter(({ options }) => options.length > 2);
}

/** A choice of one of several, or of all of them. */
export const choiceAmong = (
  locale: Looking['tenant']['locale'],
  id: string,
  label: string,
  among: readonly { id: string; name: string }[],
  value: string | undefined,
): PanelInput => ({
  ...{ id, kind: 'choice', label, value: value ?? 'all', placeholder: text(locale, 'search.all') },
  ...{ required: false, maxLength: 0 },
  options: [
    { label: text(locale, 'search.all'), value: 'all' },
    ...among.map((one) => ({ label: one.name, value: one.id })),
  ],
});

/** Shows a supervisor the desk as it is now. */
export const live = operation({
  name: 'queue.live',
  input: query,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, livePanel, input);
    return done();
  },
});
