import { briefActions } from '../conversations/actions.js';
import { type Conversation, conversationById, subjectOf } from '../conversations/conversation.js';
import { triedBy } from '../conversations/handover-brief.js';
import { leftAfterWaiting, windowWords } from '../conversations/reply-window.js';
import { messageCount, messagesUntil } from '../conversations/transcript.js';
import { isOpenBetween } from '../conversations/transfer.js';
import { briefFacts } from '../customers/brief-facts.js';
import { customerById } from '../customers/customer.js';
import { type Locale, text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { colleaguesWithRoom } from '../members/load.js';
import { memberById } from '../members/member.js';
import { windowOf } from '../outbox/windows.js';
import { queuesFor } from '../queues/queue.js';
import { shorten } from '../text/shorten.js';
import {
  closeOptions,
  closeWords,
  type Drawn,
  type Looking,
  lineOf,
  phaseOf,
  ratingWords,
  statusOf,
  urgencyOf,
} from './look.js';

const recentLines = 6;
/** At a desk words are there to choose by; whoever claims reads them whole. */
const recentLength = 160;
const historyLines = 20;

/** A conversation for everybody at its desk: while it waits, with the last that was said. */
export async function deskView(looking: Looking, conversationId: string): Promise<Drawn | undefined> {
  const conversation = await conversationById(looking.db, looking.tenant.id, conversationId);
  if (!conversation || conversation.state === 'robot') return undefined;
  const { db, tenant, now } = looking;
  const { locale, timeZone } = tenant;
  const customer = await customerById(db, tenant.id, conversation.customerId);
  const lines =
    conversation.state === 'waiting' ? await linesUntil(looking, conversation, now, recentLines) : [];
  const recent = lines.map((one) => ({ ...one, text: shorten(one.text, recentLength) }));
  const status = await statusOf(looking, conversation);
  const since = conversation.waitingSince ?? conversation.openedAt;
  const code = conversation.code ?? '';
  const name = customer?.name ?? '';
  return {
    version: conversation.version,
    phase: phaseOf(conversation),
    view: {
      template: 'desk',
      locale,
      plain: [`${code} ${name} · ${status}`, ...recent.map((one) => `${one.who}：${one.text}`)].join('\n'),
      data: {
        conversation: conversation.id,
        version: conversation.version,
        code,
        customer: name,
        state: conversation.state,
        urgency: urgencyOf(conversation, now),
        status,
        facts: [
          { label: text(locale, 'card.label.channel'), value: await channelName(looking, conversation) },
          { label: text(locale, 'card.label.waiting'), value: formatTime(since, { timeZone, locale, now }) },
          ...summaryOf(locale, conversation),
        ],
        reason: handOverWords(locale, conversation),
        recent,
        tried: await triedBy(looking, conversation),
        reasons: closeOptions(locale),
        rating: await ratingOf(looking, conversation),
      },
    },
  };
}

/** A conversation for its owner: who this is, what was said, what the robot made of it. Who had it before sees who has it now. */
export async function briefView(
  looking: Looking,
  conversationId: string,
  memberId: string,
): Promise<Drawn | undefined> {
  const conversation = await conversationById(looking.db, looking.tenant.id, conversationId);
  if (!conversation || conversation.state === 'robot') return undefined;
  const isTheirs = conversation.state === 'active' && conversation.ownerId === memberId;
  const state = conversation.state === 'closed' ? 'closed' : isTheirs ? 'active' : 'moved';
  const { db, tenant, abilities, onPage } = looking;
  const { locale } = tenant;
  const customer = await customerById(db, tenant.id, conversation.customerId);
  const name = customer?.name ?? '';
  // What was said before they came: a brief that grew with every word would be drawn with every word.
  const claimedAt = conversation.claimedAt ?? looking.now;
  const history = await linesUntil(looking, conversation, claimedAt, historyLines);
  const total = await messageCount(db, { tenantId: tenant.id, id: conversation.id }, claimedAt);
  const tried = await triedBy(looking, conversation);
  // Where a card is drawn for the last time when it is given away, it says what stays true.
  const isLast = !onPage && abilities.cardEdits !== 'always' && conversation.ownerId !== memberId;
  const status = isLast ? await goneWords(looking, conversation) : await statusOf(looking, conversation);
  const reason = handOverWords(locale, conversation);
  const page = customer?.profile.page;
  return {
    version: conversation.version,
    phase: isLast ? 'moved' : phaseOf(conversation),
    view: {
      template: 'brief',
      locale,
      plain: [
        `${conversation.code ?? ''} ${name} · ${status}`,
        reason,
        ...history.map((one) => `${one.who}：${one.text}`),
      ].join('\n'),
      data: {
        conversation: conversation.id,
        version: conversation.version,
        code: conversation.code ?? '',
        customer: name,
        state,
        status,
        profile: [
          { label: text(locale, 'card.label.channel'), value: await channelName(looking, conversation) },
          ...(page === undefined ? [] : [{ label: text(locale, 'card.label.page'), value: page }]),
          ...(await briefFacts(looking, conversation)),
          { label: text(locale, 'card.label.earlier'), value: await earlierWords(looking, conversation) },
          ...(isTheirs ? await deliveryFacts(looking, conversation) : []),
          ...summaryOf(locale, conversation),
        ],
        brief: tried.length > 0 ? text(locale, 'card.briefTried', { reason, count: tried.length }) : reason,
        tried,
        history,
        omitted: Math.max(0, total - historyLines),
        hint: text(locale, 'card.howToReply'),
        actions: isTheirs ? briefActions(looking, conversation) : [],
        reasons: closeOptions(locale),
        rating: await ratingOf(looking, conversation),
      },
    },
  };
}

/** "10:32 已转给 陈一", "10:32 已不由你处理": of what somebody has no longer. */
async function goneWords({ db, tenant, now }: Looking, conversation: Conversation): Promise<string> {
  const { locale, timeZone } = tenant;
  const at = formatTime(now, { timeZone, locale, now });
  const owner = conversation.ownerId && (await memberById(db, tenant.id, conversation.ownerId));
  return owner
    ? text(locale, 'card.status.given', { at, agent: owner.name })
    : text(locale, 'card.status.gone', { at });
}

/** How often the owner may still write, where that is counted; and whether the customer has read their last words. */
async function deliveryFacts({ db, tenant, now }: Looking, { identityId, id, ownerId }: Conversation) {
  const { locale } = tenant;
  const window = await windowOf(db, tenant.id, identityId);
  const left = window && (await leftAfterWaiting(db, tenant.id, identityId, window, now));
  const [read] = await db.query(
    `select 1 from identities i where i.tenant_id = $1 and i.id = $2 and i.read_up_to >= (
       select max(revision) from messages where tenant_id = $1 and conversation_id = $3 and author_id = $4
          and author_kind = 'agent' and audience = 'customer')`,
    [tenant.id, identityId, id, ownerId],
  );
  return [
    ...(window && left !== undefined
      ? [{ label: text(locale, 'delivery.label.window'), value: windowWords(locale, window, left, now) }]
      : []),
    ...(read
      ? [{ label: text(locale, 'delivery.label.read'), value: text(locale, 'delivery.readYes') }]
      : []),
  ];
}

const summaryOf = (locale: Locale, { closeSummary: value }: Conversation) =>
  value === undefined ? [] : [{ label: text(locale, 'card.label.summary'), value }];

const colleaguesShown = 20;
const queuesShown = 8;

/** Who could take a conversation, for its owner. */
export async function transferView(
  looking: Looking,
  conversationId: string,
  memberId: string,
): Promise<Drawn | undefined> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const conversation = await conversationById(db, tenant.id, conversationId);
  if (!conversation) return undefined;
  const customer = await customerById(db, tenant.id, conversation.customerId);
  const isOpen = conversation.state === 'active' && conversation.ownerId === memberId;
  const colleagues = isOpen
    ? (await colleaguesWithRoom(db, tenant.id, conversation.queueId, looking, colleaguesShown)).filter(
        ({ id }) => id !== memberId,
      )
    : [];
  const queues = isOpen ? await queuesToGo(looking, conversation, memberId) : [];
  const named = conversation.offeredTo ?? conversation.ownerId;
  const about = named && (await memberById(db, tenant.id, named));
  const { state, status } = transferStatus(
    locale,
    isOpen,
    colleagues.length,
    conversation,
    about ? about.name : '',
  );
  const name = customer?.name ?? '';
  const code = conversation.code ?? '';
  return {
    version: conversation.version,
    phase: phaseOf(conversation),
    view: {
      template: 'transfer',
      locale,
      plain: [
        `${text(locale, 'card.transferTitle')} ${code} ${name}`,
        status || text(locale, 'command.transfer.usage'),
        ...colleagues.map((one) => one.name),
      ].join('\n'),
      data: {
        conversation: conversation.id,
        code,
        customer: name,
        state,
        status,
        colleagues: [
          ...colleagues.map(({ id, name, load, capacity }) => ({
            value: id,
            label: text(locale, 'card.colleagueLoad', { name, count: load, capacity }),
          })),
          ...queues,
        ],
      },
    },
  };
}

/** The queues a conversation may go to, its own first: that puts it back. */
async function queuesToGo({ db, tenant }: Looking, { queueId }: Conversation, memberId: string) {
  const { locale, id } = tenant;
  const queues = await queuesFor(db, id, memberId);
  const own = queues.find((one) => one.id === queueId);
  const open = queues.filter((one) => one.id !== queueId && isOpenBetween(own, one)).slice(0, queuesShown);
  return [
    ...(own ? [{ value: own.id, label: text(locale, 'shift.backToQueue', { queue: own.name }) }] : []),
    ...open.map((one) => ({ value: one.id, label: text(locale, 'shift.toQueue', { queue: one.name }) })),
  ];
}

/** @param name  who was asked to take it, or else who has it */
function transferStatus(
  locale: Locale,
  isTheirs: boolean,
  colleagues: number,
  { state, offeredTo }: Conversation,
  name: string,
): { state: 'open' | 'done' | 'gone'; status: string } {
  if (isTheirs && offeredTo !== undefined)
    return { state: 'open', status: text(locale, 'shift.askedAlready', { name }) };
  if (isTheirs) return { state: 'open', status: colleagues > 0 ? '' : text(locale, 'card.transferNobody') };
  if (state === 'active' && name !== '')
    return { state: 'done', status: text(locale, 'card.transferDone', { name }) };
  return { state: 'gone', status: text(locale, 'card.transferGone') };
}

async function linesUntil(looking: Looking, { id }: Conversation, until: number, limit: number) {
  const said = await messagesUntil(looking.db, { tenantId: looking.tenant.id, id }, until, limit);
  return said.filter((one) => one.author.kind !== 'system').map((one) => lineOf(looking, one));
}

function handOverWords(locale: Locale, conversation: Conversation): string {
  if (conversation.handoverReason === 'unknown')
    return text(locale, 'conversation.handOver.unknown', { count: 2 });
  if (conversation.handoverReason === 'elsewhere') return text(locale, 'elsewhere.reason');
  return text(locale, 'conversation.handOver.asked');
}

async function channelName({ db, tenant }: Looking, conversation: Conversation): Promise<string> {
  const [row] = await db.query<{ name: string }>(
    'select name from accounts where tenant_id = $1 and id = $2',
    [tenant.id, conversation.accountId],
  );
  return row?.name ?? '';
}

/** "非常满意 · 很快就解决了": the rating, and what the customer added to it. */
async function ratingOf({ db, tenant }: Looking, conversation: Conversation): Promise<string | undefined> {
  const words = ratingWords(tenant.locale, conversation.rating);
  if (words === undefined) return undefined;
  const [rated] = await db.query<{ remark: string | null }>(
    `select data ->> 'remark' as remark from events
      where tenant_id = $1 and subject = $2 and kind = 'conversation.rated' order by id desc limit 1`,
    [tenant.id, subjectOf(conversation.id)],
  );
  return rated?.remark ? `${words} · ${rated.remark}` : words;
}

async function earlierWords({ db, tenant, now }: Looking, conversation: Conversation): Promise<string> {
  const { locale, timeZone } = tenant;
  const [row] = await db.query<{
    count: number;
    last: Date | null;
    reason: string | null;
    summary: string | null;
  }>(
    `select count(*)::int as count, max(closed_at) as last,
            (array_agg(close_reason order by closed_at desc nulls last))[1] as reason,
            (array_agg(close_summary order by closed_at desc nulls last))[1] as summary
       from conversations where tenant_id = $1 and customer_id = $2 and id <> $3`,
    [tenant.id, conversation.customerId, conversation.id],
  );
  if (!row || row.count === 0) return text(locale, 'card.firstVisit');
  const visits = text(locale, 'card.earlierVisits', { count: row.count });
  if (row.last === null) return visits;
  const at = formatTime(row.last, { timeZone, locale, now });
  const last = [at, closeWords(locale, row.reason ?? undefined), row.summary ?? '']
    .filter(Boolean)
    .join(' · ');
  return text(locale, 'shift.earlierLast', { visits, last });
}
