import { commandNames, commands } from '../commands/command.js';
import {
  activeConversationsOf,
  type Conversation,
  conversationsById,
  waitingConversations,
  waitingCount,
} from '../conversations/conversation.js';
import type { CustomerMessage, Revised } from '../conversations/message.js';
import { lastWordsIn, readUpTo } from '../conversations/transcript.js';
import { contentWords, messageWords } from '../conversations/words.js';
import { customerNames } from '../customers/customer.js';
import { type Locale, text } from '../i18n/texts.js';
import { formatAgo, formatWaited } from '../i18n/time.js';
import { draftById } from '../members/draft.js';
import { memberById } from '../members/member.js';
import type { Operations } from '../operations/registry.js';
import type { RobotReply } from '../pipeline/entry.js';
import type { BotAbilities } from '../ports/bot.js';
import { queueById, queuesFor } from '../queues/queue.js';
import { onlyWantsPerson } from '../robot/wants-person.js';
import { type Drawn, type Looking, standingInWords, timeless, urgencyOf } from './look.js';

const rowsMax = 10;

/** Cards of a member's own stay at version 1: they are posted anew rather than kept true. */
const version = 1;

/** Who waits, in the queues the member may see. */
export async function queueView(looking: Looking, memberId: string): Promise<Drawn | undefined> {
  const { db, tenant, now } = looking;
  const { locale } = tenant;
  const member = await memberById(db, tenant.id, memberId);
  if (!member) return undefined;
  const queues = (await queuesFor(db, tenant.id, memberId)).filter(
    (queue) =>
      queue.serves || (!queue.confidential && (member.role === 'supervisor' || member.role === 'admin')),
  );
  const ids = queues.map((queue) => queue.id);
  const waiting = await waitingConversations(db, tenant.id, ids, rowsMax);
  const total = await waitingCount(db, tenant.id, ids);
  const title = text(locale, 'card.queueTitle', { total });
  const queueName = new Map(queues.map((queue) => [queue.id, queue.name]));
  const rows = (await rowsOf(looking, waiting)).map(({ of, ...row }) => ({
    ...row,
    detail: `${queueName.get(of.queueId) ?? ''} · ${waitedFor(locale, now - (of.waitingSince ?? now))}`,
  }));
  const empty = text(locale, 'card.queueEmpty');
  return {
    version,
    phase: timeless,
    view: {
      template: 'queue',
      locale,
      plain: [
        title,
        ...rows.map((row) => `${row.code} ${row.customer} · ${row.detail}`),
        ...(total === 0 ? [empty] : []),
      ].join('\n'),
      data: { title, total, rows, omitted: total - rows.length, empty },
    },
  };
}

const minuteMs = 60_000;

const waitedFor = (locale: Locale, ms: number): string =>
  ms < minuteMs
    ? text(locale, 'card.waitedNow')
    : text(locale, 'card.waitedFor', { waited: formatWaited(ms, locale) });

/** Who waits in one queue, for everybody at its desk. `renewed`: a newer card has taken this one's place; `ended`: nobody waited, once. */
export async function waitingView(
  looking: Looking,
  queueId: string,
  { renewed, ended }: { renewed: boolean; ended: boolean },
): Promise<Drawn | undefined> {
  const { db, tenant, now } = looking;
  const { locale } = tenant;
  const queue = await queueById(db, tenant.id, queueId);
  if (!queue) return undefined;
  const waiting = ended ? [] : await waitingConversations(db, tenant.id, [queueId], rowsMax);
  const total = ended ? 0 : await waitingCount(db, tenant.id, [queueId]);
  const state = renewed ? 'renewed' : total > 0 ? 'open' : 'done';
  const rows = (await rowsOf(looking, waiting)).map(({ of, ...row }) => ({
    ...row,
    detail: waitedFor(locale, now - (of.waitingSince ?? now)),
  }));
  const title = total > 0 ? text(locale, 'card.waitingTitle', { total }) : text(locale, 'card.waitingDone');
  const status = {
    open: '',
    done: text(locale, 'card.waitingMore'),
    renewed: text(locale, 'card.waitingRenewed'),
  }[state];
  // Where it is drawn again for each who comes and goes, who waits is what it decides on.
  const redrawn = looking.abilities.cardEdits === 'always' && state === 'open';
  return {
    version: 0,
    phase: redrawn ? `open:${rows.map(({ code }) => code).join()}` : state,
    view: {
      template: 'waiting',
      locale,
      plain: [
        `${queue.name} · ${title}`,
        ...rows.map((row) => `${row.code} ${row.customer} · ${row.detail}`),
        ...(state === 'open' ? [text(locale, 'command.howToClaim')] : []),
      ].join('\n'),
      data: {
        queue: queue.name,
        title,
        state,
        total,
        urgency: waiting[0] ? urgencyOf(waiting[0], now) : 'calm',
        status,
        rows,
        omitted: total - rows.length,
      },
    },
  };
}

/** The member's own open conversations. */
export async function mineView(looking: Looking, memberId: string): Promise<Drawn | undefined> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const member = await memberById(db, tenant.id, memberId);
  if (!member) return undefined;
  const mine = await activeConversationsOf(db, tenant.id, memberId);
  const title = text(locale, 'card.mineTitle', { total: mine.length });
  const rows = (await rowsOf(looking, mine.slice(0, rowsMax))).map(({ of, ...row }) => ({
    ...row,
    detail: standingInWords(looking, of),
    focused: member.focus?.conversationId === of.id,
  }));
  const empty = text(locale, 'card.mineEmpty');
  return {
    version,
    phase: timeless,
    view: {
      template: 'mine',
      locale,
      plain: [
        title,
        ...rows.map((row) => `${row.code} ${row.customer} · ${row.detail}`),
        ...(mine.length === 0 ? [empty] : []),
      ].join('\n'),
      data: { title, rows, omitted: mine.length - rows.length, empty },
    },
  };
}

/** What a row says of a conversation, for all rows at once; `of` is the conversation itself. */
/** How far back to look for what a waiting customer's question is. */
const lastWords = 6;

/** Of somebody who waits their question, which stands before the robot's answer and their "转人工"; else what was said last. */
function tellingOf(
  { state }: Conversation,
  newestFirst: readonly Revised<CustomerMessage>[],
): Revised<CustomerMessage> | undefined {
  const asked = newestFirst.find(
    ({ author, content }) =>
      author.kind === 'customer' && (content.type !== 'text' || !onlyWantsPerson(content.text)),
  );
  return (state === 'waiting' ? asked : undefined) ?? newestFirst[0];
}

async function rowsOf({ db, tenant, now }: Looking, conversations: readonly Conversation[]) {
  const ids = conversations.map((one) => one.id);
  const [last, read, names] = await Promise.all([
    lastWordsIn(db, tenant.id, ids, lastWords),
    readUpTo(db, tenant.id, ids),
    customerNames(
      db,
      tenant.id,
      conversations.map((one) => one.customerId),
    ),
  ]);
  return conversations.map((of) => {
    const telling = tellingOf(of, last.get(of.id) ?? []);
    const words = telling ? messageWords(tenant.locale, telling) : '';
    const isRead = telling?.author.kind === 'agent' && (read.get(of.id) ?? 0) >= telling.revision;
    return {
      of,
      conversation: of.id,
      code: of.code ?? '',
      customer: names.get(of.customerId) ?? '',
      preview: isRead ? text(tenant.locale, 'delivery.readByCustomer', { words }) : words,
      urgency: urgencyOf(of, now),
    };
  });
}

/** "发给哪位客户？" */
export async function chooseView(looking: Looking, draftId: string): Promise<Drawn | undefined> {
  const { db, tenant, now } = looking;
  const { locale } = tenant;
  const draft = await draftById(db, tenant.id, draftId);
  if (!draft) return undefined;
  const candidates = await conversationsById(db, tenant.id, draft.candidates);
  const choices = (await rowsOf(looking, candidates)).map(({ of, ...row }) => ({
    ...row,
    detail: `${formatAgo(now - (of.customerWroteAt ?? now), locale)} · ${row.preview}`,
  }));
  const chosen = choices.find((one) => one.conversation === draft.conversationId);
  const why = text(locale, whyKeys[draft.why]);
  const preview = contentWords(locale, draft.said.content);
  const status = chosen
    ? text(locale, 'card.chooseSent', { customer: chosen.customer, code: chosen.code })
    : draft.settled
      ? text(locale, 'card.chooseDropped')
      : text(locale, 'card.chooseTitle');
  return {
    version: draft.settled ? 2 : 1,
    phase: draft.settled ? 'settled' : 'open',
    view: {
      template: 'choose',
      locale,
      plain: [
        status,
        preview,
        ...choices.map((one) => `/${text(locale, 'command.to.name')} ${one.code} …  ${one.customer}`),
      ].join('\n'),
      data: {
        draft: draft.id,
        state: chosen ? 'sent' : draft.settled ? 'dropped' : 'open',
        why,
        preview,
        status,
        choices,
      },
    },
  };
}

const whyKeys = {
  several: 'card.chooseWhySeveral',
  newer: 'card.chooseWhyNewer',
  old: 'card.chooseWhyOld',
  gone: 'card.chooseWhyGone',
  unclear: 'card.chooseWhyUnclear',
} as const;

/** The answer to a member's own question. */
export function answerView({ tenant }: Looking, data: { question: string; reply: RobotReply }): Drawn {
  const { locale } = tenant;
  const { question, reply } = data;
  const found = reply.kind === 'answer';
  const answer =
    found && reply.content.type === 'text' ? reply.content.text : text(locale, 'card.answerNotFound');
  return {
    version,
    phase: timeless,
    view: {
      template: 'answer',
      locale,
      plain: `${question}\n${answer}`,
      data: {
        question,
        found,
        answer,
        source: found ? reply.question : undefined,
        related: relatedOf(reply).map((one) => ({ question: one })),
      },
    },
  };
}

function relatedOf(reply: RobotReply): string[] {
  if (reply.kind === 'unsure') return reply.suggestions;
  if (reply.kind === 'answer' && reply.content.type === 'text')
    return (reply.content.choices ?? []).map((one) => one.say);
  return [];
}

/** What the member can do, by their role. */
export async function helpView(
  { db, tenant, abilities }: Looking,
  operations: Operations,
  memberId: string,
): Promise<Drawn | undefined> {
  const { locale } = tenant;
  const member = await memberById(db, tenant.id, memberId);
  if (!member) return undefined;
  const mine = commandNames.filter((name) => {
    const { operation, listedFor } = commands[name];
    return operations.allows(operation, member.role) && (listedFor?.includes(member.role) ?? true);
  });
  const rows = mine.map((name) => ({
    usage: text(locale, `command.${name}.usage`),
    meaning: text(locale, `command.${name}.meaning`),
  }));
  const title = text(locale, 'command.helpTitle');
  return {
    version,
    phase: timeless,
    view: {
      template: 'help',
      locale,
      plain: [title, ...rows.map((row) => `${row.usage}  ${row.meaning}`)].join('\n'),
      data: {
        title,
        intro: [
          text(locale, 'command.helpIntro'),
          ...(member.role === 'employee' ? [] : [text(locale, 'command.helpWhileServing')]),
          ...(member.role === 'employee' ? [] : limitsInWords(locale, abilities)),
        ].join('\n'),
        commands: rows,
        buttons: [
          { label: text(locale, 'card.button.queue'), operation: 'queue.list' },
          { label: text(locale, 'card.button.mine'), operation: 'member.mine' },
          { label: text(locale, 'card.button.find'), operation: 'conversation.find' },
          { label: text(locale, 'card.button.live'), operation: 'queue.live' },
          ...(member.role === 'admin'
            ? [{ label: text(locale, 'setup.title'), operation: 'setup.open' }]
            : []),
        ].filter((button) => operations.allows(button.operation, member.role)),
      },
    },
  };
}

/** What can't be done on the platform it is read on, and how it is done there instead. */
function limitsInWords(locale: Locale, abilities: BotAbilities): string[] {
  return [
    ...(abilities.quotes ? [] : [text(locale, 'command.helpNoQuotes')]),
    // Where nobody works, there is nothing to fill in.
    ...(abilities.cardInputs || !abilities.work ? [] : [text(locale, 'command.helpNoInputs')]),
    ...(abilities.recall ? [] : [text(locale, 'command.helpNoRecall')]),
    ...(abilities.hears.includes('file') ? [] : [text(locale, 'command.helpNoFiles')]),
  ];
}
