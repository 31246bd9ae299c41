import { z } from 'zod';
import type { CardData, PanelButton, PanelInput, PanelRow } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { closeReasons } from '../conversations/close.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import type { Member } from '../members/member.js';
import { shorten } from '../text/shorten.js';
import { attributesMax, ordersOf, pagesOf } from './facts.js';
import { type Merge, mergesOf } from './merge.js';
import {
  type Earlier,
  earlierOf,
  type Known,
  knownAs,
  lookAlikes,
  type Person,
  personOf,
  tagsInUse,
} from './person.js';
import { masked, type Reach, reaches } from './reach.js';
import { type Sight, seesReach, sightOf } from './see.js';

export const askedOfCustomer = z.object({
  conversation: z.uuid(),
  view: z.enum(['card', 'edit', 'tags', 'merge', 'block']).default('card'),
  /** Until then numbers and addresses are shown to who asked for them. */
  revealedUntil: z.number().optional(),
});
type Asked = z.infer<typeof askedOfCustomer>;

/** What is looked at, by whom. */
interface Sitting {
  looking: Looking;
  reader: Member;
  asked: Asked;
  sight: Sight;
  person: Person;
}

const ordersShown = 5;
const earlierShown = 5;
const titleLength = 40;

/** Who a customer is: what is known of them, what they bought, looked at and asked before; and the ways to say more. */
export const customerPanel = panel({
  name: 'customer',
  asked: askedOfCustomer,
  async view(looking, reader, asked) {
    const { db, tenant, vault, now } = looking;
    const sight = await sightOf(db, tenant.id, reader, asked.conversation);
    if (!sight)
      return {
        title: text(tenant.locale, 'customer.title'),
        told: text(tenant.locale, 'error.conversationNotFound'),
      };
    const person = await personOf(db, vault, tenant.id, sight.conversation.customerId, now);
    if (!person) return undefined;
    const sitting = { looking, reader, asked, sight, person };
    const shown = await views[asked.view](sitting);
    return { title: person.name, tag: sight.conversation.code ?? '', empty: '', ...shown };
  },
});

type View = (sitting: Sitting) => Promise<Omit<Shown, 'title'>>;
const views: Record<Asked['view'], View> = {
  card: cardOf,
  edit: editing,
  tags: tagging,
  merge: merging,
  block: blocking,
};

const about = ({ asked }: Sitting) => ({ conversation: asked.conversation });
const to = (sitting: Sitting, view: Asked['view'], label: string): PanelButton =>
  button(label, 'customer.show', { ...about(sitting), view });
const back = (sitting: Sitting): PanelButton =>
  to(sitting, 'card', text(sitting.looking.tenant.locale, 'customer.back'));

async function cardOf(sitting: Sitting): Promise<Omit<Shown, 'title'>> {
  const { looking, sight, person, reader } = sitting;
  const { db, tenant, now } = looking;
  const { locale } = tenant;
  const { conversation, queueIds } = sight;
  const known = await knownAs(db, tenant.id, person.id, queueIds, conversation.identityId);
  const identities = known.map((one) => one.identityId);
  const [orders, pages, earlier, merges] = [
    await ordersOf(db, tenant.id, identities),
    await pagesOf(db, tenant.id, identities),
    await earlierOf(db, tenant.id, person.id, { queueIds, except: conversation.id }, earlierShown),
    await mergesOf(db, tenant.id, person.id, now),
  ];
  const at = (when: number) => formatTime(when, { timeZone: tenant.timeZone, locale, now });
  const rows: PanelRow[] = [
    ...orders.slice(0, ordersShown).map(
      (order): PanelRow => ({
        title: order.title,
        detail: [
          text(locale, 'customer.order', { id: order.id }),
          order.status,
          order.amount,
          order.at === undefined ? '' : at(order.at),
        ]
          .filter(Boolean)
          .join(' · '),
        text: '',
        tone: 'default',
        buttons: [],
      }),
    ),
    ...earlier.newest.map((one) => earlierRow(locale, one, at(one.at))),
    ...pages.map(
      (page): PanelRow => ({
        title: shorten(page.title ?? page.url, titleLength),
        detail: text(locale, 'customer.looked', { at: at(page.at) }),
        text: '',
        tone: 'default',
        buttons: [],
      }),
    ),
  ];
  return {
    status: person.tags.join(' · '),
    told: person.remarks.join('\n'),
    tone: person.blocked ? 'attention' : 'accent',
    facts: factsOf(sitting, known, earlier, at),
    rows,
    empty: text(locale, 'customer.nothingYet'),
    buttons: buttonsOf(sitting, merges, reader),
  };
}

function earlierRow(locale: Looking['tenant']['locale'], one: Earlier, at: string): PanelRow {
  const reason = closeReasons.find((each) => each === one.reason);
  return {
    title: text(locale, 'customer.earlierAt', { at, channel: one.channel }),
    detail: [
      one.code,
      one.state === 'closed'
        ? reason && text(locale, `conversation.close.${reason}`)
        : text(locale, 'customer.open'),
    ]
      .filter(Boolean)
      .join(' · '),
    text: one.summary ?? '',
    tone: 'default',
    buttons: [button(text(locale, 'customer.log'), 'conversation.log', { conversation: one.id })],
  };
}

type Fact = CardData<'panel'>['facts'][number];

function factsOf(
  { looking, asked, person, reader }: Sitting,
  known: readonly Known[],
  earlier: { count: number; rated: number; rating: number },
  at: (when: number) => string,
): Fact[] {
  const { locale } = looking.tenant;
  const plainly = seesReach(reader) || (asked.revealedUntil ?? 0) > looking.now;
  const reach = (kind: Reach): Fact[] => {
    const values = person[kind].map((value) => (plainly ? value : masked(kind, value)));
    return values.length > 0 ? [{ label: text(locale, `customer.${kind}`), value: values.join('、') }] : [];
  };
  // Of several accounts that say the same thing of somebody, the one they write from now counts.
  const attributes = new Map(known.toReversed().flatMap((one) => Object.entries(one.attributes)));
  const blocked = person.blocked;
  return [
    ...(blocked
      ? [
          {
            label: text(locale, 'customer.blockUntil'),
            value: [at(blocked.until), blocked.reason].filter(Boolean).join(' · '),
          },
        ]
      : []),
    ...known.map((one) => ({ label: one.account, value: one.name ?? person.name })),
    ...reaches.flatMap(reach),
    ...[...attributes].slice(0, attributesMax).map(([label, value]) => ({ label, value })),
    ...(person.locale ? [{ label: text(locale, 'customer.locale'), value: person.locale }] : []),
    { label: text(locale, 'customer.since'), value: at(person.since) },
    {
      label: text(locale, 'card.label.earlier'),
      value:
        earlier.count === 0
          ? text(locale, 'card.firstVisit')
          : text(locale, 'card.earlierVisits', { count: earlier.count }),
    },
    ...(earlier.rated > 0
      ? [
          {
            label: text(locale, 'card.label.rating'),
            value: text(locale, 'customer.rated', {
              rating: earlier.rating.toFixed(1),
              count: earlier.rated,
            }),
          },
        ]
      : []),
  ];
}

function buttonsOf(sitting: Sitting, merges: readonly Merge[], reader: Member): PanelButton[] {
  const { looking, asked, person, sight } = sitting;
  const { locale } = looking.tenant;
  const hidden = !seesReach(reader) && (asked.revealedUntil ?? 0) <= looking.now;
  const [merge] = merges;
  const mayBlock = seesReach(reader) || sight.conversation.ownerId === reader.id;
  return [
    ...(hidden && person.phone.length + person.email.length > 0
      ? [button(text(locale, 'customer.reveal'), 'customer.reveal', about(sitting))]
      : []),
    to(sitting, 'edit', text(locale, 'customer.edit')),
    to(sitting, 'tags', text(locale, 'customer.tags')),
    to(sitting, 'merge', text(locale, 'customer.merge')),
    ...(merge
      ? [
          button(
            text(locale, 'customer.split'),
            'customer.split',
            { ...about(sitting), merge: merge.id },
            {
              confirm: {
                title: text(locale, 'customer.split'),
                text: text(locale, 'customer.splitText', { name: merge.otherName }),
              },
            },
          ),
        ]
      : []),
    ...(person.blocked
      ? seesReach(reader)
        ? [button(text(locale, 'customer.unblock'), 'customer.unblock', { customer: person.id })]
        : []
      : mayBlock
        ? [to(sitting, 'block', text(locale, 'customer.block'))]
        : []),
  ];
}

const line = (id: string, label: string, more: Partial<PanelInput> = {}): PanelInput => ({
  id,
  kind: 'line',
  label,
  placeholder: label,
  required: false,
  maxLength: 100,
  value: '',
  options: [],
  ...more,
});

async function editing(sitting: Sitting): Promise<Omit<Shown, 'title'>> {
  const { looking, person } = sitting;
  const { locale } = looking.tenant;
  const known = (kind: Reach): string => {
    const [value] = person[kind];
    return value === undefined
      ? text(locale, 'customer.leaveEmpty')
      : text(locale, 'customer.leaveAsIs', { value: masked(kind, value) });
  };
  return {
    status: text(locale, 'customer.edit'),
    told: text(locale, 'customer.editHint'),
    inputs: [
      line('name', text(locale, 'customer.name'), { value: person.name, maxLength: 60 }),
      line('phone', text(locale, 'customer.phone'), { placeholder: known('phone'), maxLength: 30 }),
      line('email', text(locale, 'customer.email'), { placeholder: known('email'), maxLength: 120 }),
      line('remark', text(locale, 'customer.remark'), {
        kind: 'lines',
        value: person.remarks[0] ?? '',
        maxLength: 500,
      }),
    ],
    submit: [button(text(locale, 'customer.save'), 'customer.edit', about(sitting), { style: 'positive' })],
    buttons: [back(sitting)],
  };
}

const tagsShown = 12;

async function tagging(sitting: Sitting): Promise<Omit<Shown, 'title'>> {
  const { looking, person } = sitting;
  const { locale } = looking.tenant;
  const used = await tagsInUse(looking.db, looking.tenant.id, tagsShown + person.tags.length);
  const row = (tag: string, isOn: boolean): PanelRow => ({
    title: tag,
    detail: text(locale, isOn ? 'customer.tagOn' : 'customer.tagOff'),
    text: '',
    tone: isOn ? 'good' : 'default',
    buttons: [
      button(text(locale, isOn ? 'customer.takeOff' : 'customer.putOn'), 'customer.tag', {
        ...about(sitting),
        tags: isOn ? `-${tag}` : tag,
      }),
    ],
  });
  return {
    status: text(locale, 'customer.tags'),
    rows: [
      ...person.tags.map((tag) => row(tag, true)),
      ...used
        .filter((tag) => !person.tags.includes(tag))
        .slice(0, tagsShown)
        .map((tag) => row(tag, false)),
    ],
    empty: text(locale, 'customer.noTags'),
    inputs: [
      line('tags', text(locale, 'customer.newTags'), {
        placeholder: text(locale, 'customer.tagHint'),
        required: true,
      }),
    ],
    submit: [button(text(locale, 'customer.save'), 'customer.tag', about(sitting), { style: 'positive' })],
    buttons: [back(sitting)],
  };
}

async function merging(sitting: Sitting): Promise<Omit<Shown, 'title'>> {
  const { looking, person, sight } = sitting;
  const { db, tenant } = looking;
  const { locale } = tenant;
  const alike = await lookAlikes(db, tenant.id, person, sight.queueIds);
  const confirm = (name: string) => ({
    title: text(locale, 'customer.mergeConfirm'),
    text: text(locale, 'customer.mergeText', { one: person.name, other: name }),
  });
  return {
    status: text(locale, 'customer.merge'),
    told: text(locale, 'customer.mergeHint'),
    rows: alike.map((one) => ({
      title: one.name,
      detail: text(locale, one.by === 'phone' ? 'customer.samePhone' : 'customer.sameEmail'),
      text: '',
      tone: 'default',
      buttons: [
        button(
          text(locale, 'customer.same'),
          'customer.merge',
          { ...about(sitting), customer: one.id },
          { confirm: confirm(one.name) },
        ),
      ],
    })),
    empty: text(locale, 'customer.noneAlike'),
    inputs: [
      line('code', text(locale, 'card.label.code'), {
        placeholder: text(locale, 'customer.mergeCode'),
        required: true,
        maxLength: 10,
      }),
    ],
    submit: [
      button(text(locale, 'customer.same'), 'customer.merge', about(sitting), {
        style: 'positive',
        confirm: confirm(text(locale, 'customer.theOther')),
      }),
    ],
    buttons: [back(sitting)],
  };
}

const spans = ['1h', '1d', '7d', '30d'] as const;

async function blocking(sitting: Sitting): Promise<Omit<Shown, 'title'>> {
  const { locale } = sitting.looking.tenant;
  return {
    status: text(locale, 'customer.block'),
    told: text(locale, 'customer.blockHint'),
    inputs: [
      line('span', text(locale, 'customer.blockSpan'), {
        kind: 'choice',
        required: true,
        value: '1d',
        options: spans.map((value) => ({ value, label: text(locale, `customer.span.${value}`) })),
      }),
      line('reason', text(locale, 'customer.blockReason'), { maxLength: 200 }),
    ],
    submit: [
      button(text(locale, 'customer.block'), 'customer.block', about(sitting), {
        style: 'destructive',
        confirm: { title: text(locale, 'customer.blockConfirm'), text: text(locale, 'customer.blockHint') },
      }),
    ],
    buttons: [back(sitting)],
  };
}
