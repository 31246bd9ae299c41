import { z } from 'zod';
import type { PanelInput, PanelRow } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import type { Member } from '../members/member.js';
import { done, operation } from '../operations/operation.js';
import { colleaguesInSight } from './colleagues.js';
import { seesRecalled } from './line-words.js';
import { type Pattern, patternOf } from './pattern.js';
import { searchPeople } from './people.js';
import { conversationRows, messageRows } from './rows.js';
import { type Search, search } from './search.js';
import { type Sight, sightOf } from './visible.js';

/** What a form sends of a field that nothing was chosen in is ''. */
const chosen = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' || value === 'all' ? undefined : value), schema.optional());

const days = ['7', '30', '90', 'all'] as const;
const states = ['open', 'closed'] as const;

const query = z.object({
  words: z.string().trim().max(200).default(''),
  queue: chosen(z.uuid()),
  agent: chosen(z.uuid()),
  state: chosen(z.enum(states)),
  days: z.preprocess((value) => (value === '' ? undefined : value), z.enum(days).default('90')),
  /** Where the page before this one ended. */
  before: z.coerce.number().int().positive().optional(),
});
type Query = z.infer<typeof query>;

const rowsOnPage = 8;
const peopleOnPage = 4;
const dayMs = 86_400_000;

/** Who and what was found, newest first, with a form to look for something else. */
export const finding = panel({
  name: 'find',
  asked: query,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    const sight = await sightOf(db, tenant.id, reader);
    const inputs = await inputsOf(looking, sight, reader, asked);
    const submit = [button(text(locale, 'card.button.find'), find.name, {}, { style: 'positive' })];
    const pattern = patternOf(asked.words);
    const title = text(locale, 'search.title');
    if (!pattern) return { title, told: text(locale, 'search.hint'), inputs, submit };
    const looked: Search = {
      tenantId: tenant.id,
      sight,
      wanted: { queueId: asked.queue, ownerId: asked.agent, state: asked.state },
      since: asked.days === 'all' ? undefined : now - Number(asked.days) * dayMs,
      before: asked.before,
      withRecalled: seesRecalled(reader),
    };
    const { rows, next, cut } = await found(looking, looked, asked, pattern);
    return {
      title,
      tag: asked.words,
      status: text(locale, `search.days.${asked.days}`),
      told: cut ? text(locale, 'search.cut') : '',
      rows,
      empty: text(locale, asked.before === undefined ? 'search.nothing' : 'search.noMore'),
      inputs,
      submit,
      buttons: pagesOf(looking, asked, next),
    };
  },
});

async function found(looking: Looking, looked: Search, asked: Query, pattern: Pattern) {
  const { db, history = db } = looking;
  const people =
    asked.before === undefined
      ? await searchPeople(db, looking.vault, looked, asked.words, peopleOnPage)
      : [];
  const { numbers, cut } = await search(history, looked, pattern, rowsOnPage + 1);
  const shown = numbers.slice(0, rowsOnPage);
  const rows: PanelRow[] = [
    ...(await conversationRows(looking, people)),
    ...(await messageRows(looking, shown, pattern.runs)),
  ];
  return { rows, cut, next: numbers.length > rowsOnPage ? shown.at(-1) : undefined };
}

function pagesOf({ tenant: { locale } }: Looking, { before, ...asked }: Query, next: number | undefined) {
  const same = Object.fromEntries(
    Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return [
    ...(before === undefined ? [] : [button(text(locale, 'search.button.newest'), find.name, same)]),
    ...(next === undefined
      ? []
      : [button(text(locale, 'search.button.older'), find.name, { ...same, before: next })]),
  ];
}

async function inputsOf(
  { db, tenant }: Looking,
  sight: Sight,
  reader: Member,
  asked: Query,
): Promise<PanelInput[]> {
  const { locale } = tenant;
  const all = { label: text(locale, 'search.all'), value: 'all' };
  const choice = (id: string, label: string, value: string, options: PanelInput['options']) => ({
    ...{ id, kind: 'choice' as const, label, value, options },
    ...{ placeholder: text(locale, 'search.all'), required: false, maxLength: 0 },
  });
  const colleagues = reader.role === 'agent' ? [] : await colleaguesInSight(db, tenant.id, sight);
  return [
    {
      ...{ id: 'words', kind: 'line', label: text(locale, 'search.words'), value: asked.words },
      ...{ placeholder: text(locale, 'search.wordsLike'), required: true, maxLength: 200, options: [] },
    },
    choice(
      'days',
      text(locale, 'search.when'),
      asked.days,
      days.map((value) => ({ value, label: text(locale, `search.days.${value}`) })),
    ),
    choice('state', text(locale, 'card.label.status'), asked.state ?? 'all', [
      all,
      ...states.map((value) => ({ value, label: text(locale, `search.state.${value}`) })),
    ]),
    ...(sight.queues.length > 1
      ? [
          choice('queue', text(locale, 'card.label.queue'), asked.queue ?? 'all', [
            all,
            ...sight.queues.map(({ id, name }) => ({ value: id, label: name })),
          ]),
        ]
      : []),
    ...(colleagues.length > 0
      ? [
          choice('agent', text(locale, 'card.label.owner'), asked.agent ?? 'all', [
            all,
            ...colleagues.map(({ id, name }) => ({ value: id, label: name })),
          ]),
        ]
      : []),
  ];
}

/** Looks through everything that was said in the conversations that the caller may see. */
export const find = operation({
  name: 'conversation.find',
  input: query,
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, finding, input);
    return done();
  },
});
