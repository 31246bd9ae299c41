import { z } from 'zod';
import type { PanelButton, PanelRow } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, paged, panel, type Shown } from '../cards/panel.js';
import { activeConversationsOf, type Conversation } from '../conversations/conversation.js';
import { customerNames } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import type { Member } from '../members/member.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { shorten } from '../text/shorten.js';
import { type Canned, cannedFor, managesTeams, mayChange, nameMax, wordsMax } from './canned.js';
import { findCanned } from './find.js';
import { valuesIn } from './values.js';
import { filled, missingIn, variables } from './variables.js';

export const askedOfCanned = z.object({
  /** Whose customer it is for. Absent: nobody's surely; who it is for is chosen when it is sent. */
  conversation: z.uuid().optional(),
  search: z.string().trim().max(60).default(''),
  page: z.coerce.number().int().min(1).max(100).default(1),
  view: z.enum(['list', 'one', 'edit']).default('list'),
  reply: z.uuid().optional(),
});
type Asked = z.infer<typeof askedOfCanned>;

const perPage = 8;
const previewLength = 80;
/** As many customers as there is room for buttons beside the others. */
const targetsShown = 4;

/** Texts kept ready: to look through, to send one of, to write a new one. */
export const cannedPanel = panel({
  name: 'canned',
  asked: askedOfCanned,
  async view(looking, reader, asked) {
    if (reader.role === 'employee') return undefined;
    const all = await cannedFor(looking.db, looking.tenant.id, reader, looking.now);
    const one = all.find(({ id }) => id === asked.reply);
    if (asked.view === 'edit') return editing(looking, reader, asked, one);
    if (asked.view === 'one' && one) return choosing(looking, reader, asked, one);
    return listing(looking, reader, asked, all);
  },
});

/** What leads back to the same customer and the same search. */
const context = ({ conversation, search }: Asked): PanelButton['arguments'] => ({
  ...(conversation === undefined ? {} : { conversation }),
  ...(search === '' ? {} : { search }),
});

async function listing(
  { db, tenant }: Looking,
  reader: Member,
  asked: Asked,
  all: readonly Canned[],
): Promise<Shown> {
  const { locale } = tenant;
  const found = findCanned(all, asked.search);
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const page = Math.min(asked.page, pages);
  const here = context(asked);
  const mine = asked.conversation === undefined ? [] : await activeConversationsOf(db, tenant.id, reader.id);
  const target = mine.find(({ id }) => id === asked.conversation);
  const values = target && (await valuesIn(db, tenant, target, reader.name));
  const rows = found.slice((page - 1) * perPage, page * perPage).map((one): PanelRow => {
    const words = values ? filled(one.words, values) : one.words;
    // What can be read here whole as the customer will read it needs no second look.
    const isPlain = values && missingIn(one.words, values).length === 0 && words.length <= previewLength;
    return {
      title: one.name,
      detail: scopeWords(locale, one),
      text: shorten(isPlain ? words : one.words, previewLength),
      tone: 'default',
      buttons: [
        isPlain && target
          ? button(text(locale, 'card.button.send'), 'canned.send', {
              conversation: target.id,
              reply: one.id,
            })
          : button(text(locale, 'canned.use'), 'canned.list', { ...here, view: 'one', reply: one.id }),
      ],
    };
  });
  return {
    title: text(locale, 'canned.title'),
    tag: String(found.length),
    status:
      asked.search === ''
        ? text(locale, 'canned.mostUsed')
        : text(locale, 'canned.found', { search: asked.search }),
    rows,
    empty: text(locale, asked.search === '' ? 'canned.none' : 'canned.nothingFound'),
    inputs: [
      {
        id: 'search',
        kind: 'line',
        label: text(locale, 'canned.search'),
        placeholder: text(locale, 'canned.searchHint'),
        required: false,
        maxLength: 60,
        value: asked.search,
        options: [],
      },
    ],
    submit: [
      button(
        text(locale, 'canned.search'),
        'canned.list',
        asked.conversation === undefined ? {} : { conversation: asked.conversation },
      ),
    ],
    buttons: [
      ...paged(
        { page, pages },
        { previous: text(locale, 'card.button.previous'), next: text(locale, 'card.button.next') },
        'canned.list',
        here,
      ),
      button(text(locale, 'canned.new'), 'canned.list', { ...here, view: 'edit' }),
      // Without a customer to send to, a row opens the text itself, where it is changed or deleted.
      ...(target ? [button(text(locale, 'canned.manage'), 'canned.list')] : []),
    ],
  };
}

const scopeWords = (locale: Looking['tenant']['locale'], one: Canned): string =>
  one.memberId !== undefined
    ? text(locale, 'canned.own')
    : (one.queueName ?? text(locale, 'canned.everybody'));

/** One of them as the customer would read it, and the way to send it: to whom it was opened for, or to whom is chosen. */
async function choosing(looking: Looking, reader: Member, asked: Asked, one: Canned): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const mine = await activeConversationsOf(db, tenant.id, reader.id);
  const target = mine.find(({ id }) => id === asked.conversation);
  const targets = asked.conversation === undefined ? mine.slice(0, targetsShown) : target ? [target] : [];
  const names = await customerNames(
    db,
    tenant.id,
    targets.map(({ customerId }) => customerId),
  );
  const labelOf = ({ code, customerId }: Conversation) =>
    [code, names.get(customerId)].filter(Boolean).join(' ');
  const values = target && (await valuesIn(db, tenant, target, reader.name));
  const missing = values ? missingIn(one.words, values) : [];
  const words = missing.map((name) => text(locale, `canned.variable.${name}`)).join('、');
  const here = context(asked);
  const changes: PanelButton[] = mayChange(one, reader)
    ? [
        button(text(locale, 'canned.edit'), 'canned.list', { ...here, view: 'edit', reply: one.id }),
        button(
          text(locale, 'canned.delete'),
          'canned.delete',
          { ...here, reply: one.id },
          {
            style: 'destructive',
            confirm: {
              title: text(locale, 'canned.deleteConfirm'),
              text: text(locale, 'canned.deleteText', { name: one.name }),
            },
          },
        ),
      ]
    : [];
  const status =
    target !== undefined
      ? missing.length > 0
        ? text(locale, 'canned.missing', { variables: words })
        : text(locale, 'canned.to', { customer: labelOf(target) })
      : targets.length > 0
        ? text(locale, 'canned.chooseTarget')
        : text(
            locale,
            asked.conversation === undefined ? 'command.noConversation' : 'error.notYourConversation',
          );
  return {
    title: one.name,
    tag: scopeWords(locale, one),
    status,
    told: values ? filled(one.words, values) : one.words,
    tone: missing.length > 0 ? 'warning' : 'accent',
    empty: '',
    buttons: [
      ...(missing.length > 0 ? [] : targets).map((conversation) =>
        button(
          target
            ? text(locale, 'card.button.send')
            : text(locale, 'canned.sendTo', { customer: labelOf(conversation) }),
          'canned.send',
          { conversation: conversation.id, reply: one.id },
          { style: 'positive' },
        ),
      ),
      ...changes,
      button(text(locale, 'canned.back'), 'canned.list', here),
    ],
  };
}

/** The form for a new one, or to change one. */
async function editing(
  looking: Looking,
  reader: Member,
  asked: Asked,
  one: Canned | undefined,
): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  if (one && !mayChange(one, reader)) return { title: one.name, told: text(locale, 'error.notAllowed') };
  const queues = managesTeams(reader)
    ? (await queuesFor(db, tenant.id, reader.id)).filter((queue) => maySee(queue, reader))
    : [];
  const options = [
    { label: text(locale, 'canned.own'), value: 'own' },
    ...queues.map(({ id, name }) => ({ label: name, value: id })),
    ...(managesTeams(reader) ? [{ label: text(locale, 'canned.everybody'), value: 'all' }] : []),
  ];
  const input = { required: true, options: [] };
  const names = variables.map((name) => `{${text(locale, `canned.variable.${name}`)}}`).join(' ');
  return {
    title: text(locale, one ? 'canned.edit' : 'canned.new'),
    told: text(locale, 'canned.variables', { names }),
    empty: '',
    inputs: [
      {
        ...input,
        id: 'name',
        kind: 'line',
        label: text(locale, 'canned.name'),
        placeholder: text(locale, 'canned.nameHint'),
        maxLength: nameMax,
        value: one?.name ?? '',
      },
      {
        ...input,
        id: 'words',
        kind: 'lines',
        label: text(locale, 'canned.words'),
        placeholder: text(locale, 'canned.wordsHint'),
        maxLength: wordsMax,
        value: one?.words ?? '',
      },
      ...(options.length > 1
        ? [
            {
              id: 'scope',
              kind: 'choice' as const,
              label: text(locale, 'canned.scope'),
              placeholder: text(locale, 'canned.scope'),
              required: false,
              maxLength: 40,
              value: one ? (one.memberId ? 'own' : (one.queueId ?? 'all')) : 'own',
              options,
            },
          ]
        : []),
    ],
    submit: [
      button(
        text(locale, 'canned.save'),
        'canned.save',
        {
          ...(asked.conversation ? { conversation: asked.conversation } : {}),
          ...(one ? { reply: one.id } : {}),
        },
        { style: 'positive' },
      ),
    ],
    buttons: [button(text(locale, 'canned.back'), 'canned.list', context(asked))],
  };
}
