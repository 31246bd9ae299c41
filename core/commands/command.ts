import { closeReasons } from '../conversations/close.js';
import { looksLikeCode } from '../conversations/codes.js';
import {
  activeConversationsOf,
  type Conversation,
  conversationByCode,
  conversationById,
  conversationsOfferedTo,
} from '../conversations/conversation.js';
import { spanIn } from '../customers/duration.js';
import { type Locale, locales, text } from '../i18n/texts.js';
import { whenIn } from '../i18n/when.js';
import type { Member } from '../members/member.js';
import { shownOthersSince, spokenToLast, withNews } from '../members/pointing.js';
import { statusNamed } from '../members/status-names.js';
import { targetOf } from '../members/target.js';
import type { Role } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { readDesk, readRole, readSetup } from '../setup/command.js';
import { overviewCommands } from './overview.js';

export const commandNames = [
  'claim',
  'to',
  'note',
  'transfer',
  'accept',
  'decline',
  'hold',
  'remind',
  'status',
  'close',
  'undo',
  'queue',
  'mine',
  'r',
  'customer',
  'tag',
  'block',
  'ask',
  'find',
  'log',
  'export',
  'live',
  'team',
  'takeover',
  'whisper',
  'quota',
  'help',
  'setup',
  'role',
  'desk',
] as const;
export type CommandName = (typeof commandNames)[number];

/** A message of a conversation, or of ours about one. */
export interface Quoted {
  conversationId: string;
  messageId?: string;
}

/** Where a command was typed, and by whom. */
export interface Typist {
  scene: Scene;
  member: Member;
  /** The conversation of the topic it was typed in. */
  here?: Conversation;
  /** What they quote with it; null when that is no conversation's. */
  quoted?: Quoted | null;
  /** What the message itself is called, for words that become a message. */
  appearance: { source: string; externalId: string };
}

/** The operation a command line means; or what to say instead. */
export type Meaning = { operation: string; input: Record<string, unknown> } | { say: string };

export interface Command {
  operation: string;
  /** Whom it is listed for in helps, where that are not all who may call it. */
  listedFor?: readonly Role[];
  /** `words` is what stands behind the command's name. */
  read(words: string, typist: Typist): Promise<Meaning>;
}

/** Every command is a way to call an operation; its name, usage and meaning are texts under `command.<name>`. */
export const commands: Record<CommandName, Command> = {
  claim: {
    operation: 'conversation.claim',
    async read(words, typist) {
      const found = words ? await named(words, typist) : typist.here;
      if (!found) return { operation: 'queue.claimNext', input: {} };
      return 'say' in found ? found : { operation: this.operation, input: { conversation: found.id } };
    },
  },
  to: {
    operation: 'member.focus',
    async read(words, typist) {
      const [code, rest] = firstWord(words);
      if (!code) return usage(typist, 'to');
      const found = await named(code, typist);
      if ('say' in found) return found;
      if (!rest) return { operation: this.operation, input: { conversation: found.id } };
      return { operation: 'conversation.reply', input: { ...saying(found, rest, typist), echo: true } };
    },
  },
  note: {
    operation: 'conversation.note',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first) && rest !== '';
      const found = byCode ? await named(first, typist) : await current(typist);
      if ('say' in found) return found;
      const said = byCode ? rest : words;
      if (!said) return usage(typist, 'note');
      return { operation: this.operation, input: saying(found, said, typist) };
    },
  },
  transfer: {
    operation: 'conversation.transfer',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if ('say' in found) return found;
      const [typed, said] = firstWord(byCode ? rest : words);
      if (!typed) return { operation: 'conversation.offerTransfer', input: { conversation: found.id } };
      // "陈亦舟!": although they said that they take nothing now.
      const [name = typed, sure] = typed.split(/[!！]$/);
      const to = await colleagueOrQueue(name, found, typist);
      if ('say' in to) return to;
      return {
        operation: this.operation,
        input: { conversation: found.id, to: to.id, words: said || undefined, sure: sure !== undefined },
      };
    },
  },
  accept: {
    operation: 'conversation.accept',
    async read(words, typist) {
      const [code] = firstWord(words);
      const found = await offered(code, typist);
      return 'say' in found ? found : { operation: this.operation, input: { conversation: found.id } };
    },
  },
  decline: {
    operation: 'conversation.decline',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first);
      const found = await offered(byCode ? first : '', typist);
      if ('say' in found) return found;
      const reason = (byCode ? rest : words) || undefined;
      return { operation: this.operation, input: { conversation: found.id, reason } };
    },
  },
  hold: {
    operation: 'conversation.hold',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if ('say' in found) return found;
      const said = byCode ? rest : words;
      const input = { conversation: found.id };
      if (!said) return { operation: 'conversation.holdWhen', input };
      if (endsHold.test(said)) return { operation: 'conversation.resume', input };
      const { when, behind } = timed(said, typist);
      return { operation: this.operation, input: { ...input, when, reason: behind || undefined } };
    },
  },
  remind: {
    operation: 'member.remind',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const found = looksLikeCode(first) ? await named(first, typist) : typist.here;
      if (found && 'say' in found) return found;
      const { when, behind } = timed(looksLikeCode(first) ? rest : words, typist);
      if (when === undefined) return usage(typist, 'remind');
      return {
        operation: this.operation,
        input: { when, words: behind || undefined, conversation: found?.id },
      };
    },
  },
  status: {
    operation: 'member.status',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      if (!first) return { operation: 'member.showStatus', input: {} };
      const status = statusNamed(first);
      if (!status) return usage(typist, 'status');
      const minutes = /^\d+$/.test(rest) ? Number(rest) : minutesIn(rest, typist);
      return { operation: this.operation, input: { status, minutes } };
    },
  },
  close: {
    operation: 'conversation.close',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if ('say' in found) return found;
      return {
        operation: this.operation,
        input: { conversation: found.id, ...reasonAndSummary(byCode ? rest : words) },
      };
    },
  },
  undo: {
    operation: 'conversation.undo',
    async read(words, typist) {
      const { quoted } = typist;
      if (quoted?.messageId !== undefined)
        return {
          operation: this.operation,
          input: { conversation: quoted.conversationId, messages: [quoted.messageId] },
        };
      const code = firstWord(words)[0];
      const found = code ? await named(code, typist) : (typist.here ?? (await lastSpokenTo(typist)));
      return 'say' in found ? found : { operation: this.operation, input: { conversation: found.id } };
    },
  },
  queue: {
    operation: 'queue.list',
    async read(words, { scene, member }) {
      if (!words) return { operation: this.operation, input: {} };
      const queues = await queuesFor(scene.tx, scene.tenant.id, member.id);
      const named = queues.find((queue) => queue.name === words && maySee(queue, member));
      if (named) return { operation: 'queue.browse', input: { queue: named.id } };
      const isAll = locales.some(
        (locale) => text(locale, 'search.all').toLowerCase() === words.toLowerCase(),
      );
      return isAll
        ? { operation: 'queue.browse', input: {} }
        : { say: text(scene.tenant.locale, 'command.unknownQueue', { queue: words }) };
    },
  },
  mine: { operation: 'member.mine', read: async () => ({ operation: 'member.mine', input: {} }) },
  r: {
    operation: 'canned.list',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      if (isAdding(first)) return adding(rest, typist);
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if (byCode && 'say' in found) return found;
      // In doubt it is looked through all the same, and whom it goes to is chosen when it is sent.
      const conversation = 'say' in found ? {} : { conversation: found.id };
      const search = byCode ? rest : words;
      return search === ''
        ? { operation: this.operation, input: conversation }
        : { operation: 'canned.pick', input: { ...conversation, search } };
    },
  },
  customer: {
    operation: 'customer.show',
    async read(words, typist) {
      const found = words ? await named(words, typist) : await surelyCurrent(typist);
      return 'say' in found ? found : { operation: this.operation, input: { conversation: found.id } };
    },
  },
  tag: {
    operation: 'customer.tag',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if ('say' in found) return found;
      const tags = byCode ? rest : words;
      return tags === ''
        ? { operation: 'customer.show', input: { conversation: found.id, view: 'tags' } }
        : { operation: this.operation, input: { conversation: found.id, tags } };
    },
  },
  block: {
    operation: 'customer.block',
    async read(words, typist) {
      const [first, rest] = firstWord(words);
      if (isNamed(first, 'customer.blockedWord')) return { operation: 'customer.blocked', input: {} };
      const byCode = looksLikeCode(first);
      const found = byCode ? await named(first, typist) : await surelyCurrent(typist);
      if ('say' in found) return found;
      const said = byCode ? rest : words;
      const span = spanIn(said);
      if (said === '' || !span)
        return said === ''
          ? { operation: 'customer.show', input: { conversation: found.id, view: 'block' } }
          : usage(typist, 'block');
      const written = said.slice(0, said.length - span.rest.length).trim();
      return {
        operation: this.operation,
        input: { conversation: found.id, span: written, reason: span.rest },
      };
    },
  },
  ask: {
    operation: 'knowledge.ask',
    async read(words, typist) {
      return words ? { operation: this.operation, input: { question: words } } : usage(typist, 'ask');
    },
  },
  ...overviewCommands({ named, current, usage }),
  quota: { operation: 'workspace.quota', read: async () => ({ operation: 'workspace.quota', input: {} }) },
  help: { operation: 'member.help', read: async () => ({ operation: 'member.help', input: {} }) },
  setup: { operation: 'setup.open', listedFor: ['admin'], read: readSetup },
  role: { operation: 'member.setRole', read: readRole },
  desk: { operation: 'queue.bindDesk', read: async (words, typist) => readDesk(words, typist) },
};

/** Whether a word is what one of our texts says, in whichever language. */
const isNamed = (word: string, key: 'canned.addWord' | 'customer.blockedWord'): boolean =>
  word !== '' && locales.some((locale) => text(locale, key).split(' ').includes(word.toLowerCase()));

const isAdding = (word: string): boolean => isNamed(word, 'canned.addWord');

/** "/r 新增 退款 您的退款…": keeps it, or opens the form for it. */
function adding(words: string, typist: Typist): Meaning {
  const [name, said] = firstWord(words);
  if (name === '') return { operation: 'canned.list', input: { view: 'edit' } };
  return said === '' ? usage(typist, 'r') : { operation: 'canned.save', input: { name, words: said } };
}

const firstWord = (words: string): [first: string, rest: string] => {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  return [first, rest.trim()];
};

const saying = (conversation: Conversation, words: string, typist: Typist) => ({
  conversation: conversation.id,
  content: { type: 'text', text: words },
  appearance: typist.appearance,
});

const endsHold = /^(?:取消|结束|恢复|off|cancel|resume)$/iu;

/** "明天9点 回电" taken apart; the time is read once more where the command is obeyed. */
function timed(words: string, { scene }: Typist): { when?: string; behind: string } {
  const found = whenIn(words, scene.now, scene.tenant.timeZone);
  return found ? { when: found.said.trim(), behind: found.rest } : { behind: words };
}

function minutesIn(words: string, { scene }: Typist): number | undefined {
  const found = whenIn(words, scene.now, scene.tenant.timeZone);
  return found && Math.max(1, Math.round((found.at - scene.now) / 60_000));
}

/** What the member was asked to take over: the one named, or the only one. */
async function offered(code: string, typist: Typist): Promise<Conversation | { say: string }> {
  if (code) return named(code, typist);
  const [one, ...others] = await conversationsOfferedTo(
    typist.scene.tx,
    typist.scene.tenant.id,
    typist.member.id,
  );
  if (!one) return { say: text(typist.scene.tenant.locale, 'shift.nothingOffered') };
  return others.length === 0 ? one : say(typist, 'command.whichConversation');
}

type Plain = 'command.noConversation' | 'command.whichConversation';
const say = ({ scene }: Typist, key: Plain): { say: string } => ({ say: text(scene.tenant.locale, key) });

function usage({ scene }: Typist, name: CommandName): Meaning {
  const { locale } = scene.tenant;
  return { say: text(locale, 'command.usageIs', { usage: text(locale, `command.${name}.usage`) }) };
}

async function named(code: string, { scene }: Typist): Promise<Conversation | { say: string }> {
  const found = looksLikeCode(code) ? await conversationByCode(scene.tx, scene.tenant.id, code) : undefined;
  return found ?? { say: text(scene.tenant.locale, 'command.unknownConversation', { code }) };
}

/** A colleague by name, or else a queue by the beginning of its name: of those that the member may see. */
async function colleagueOrQueue(
  name: string,
  conversation: Conversation,
  typist: Typist,
): Promise<{ id: string } | { say: string }> {
  const found = await colleague(name, conversation, typist);
  if (!('unknown' in found)) return found;
  const { scene, member } = typist;
  const queues = (await queuesFor(scene.tx, scene.tenant.id, member.id)).filter(
    (queue) => queue.serves || !queue.confidential,
  );
  const called = name.toLowerCase();
  const exact = queues.filter((queue) => queue.name.toLowerCase() === called);
  const [queue, other] =
    exact.length > 0 ? exact : queues.filter((one) => one.name.toLowerCase().startsWith(called));
  return queue && !other ? queue : found;
}

/** Whoever has that name and serves the conversation's queue; never a guess between two. */
async function colleague(
  name: string,
  { queueId }: Conversation,
  { scene }: Typist,
): Promise<{ id: string } | { say: string } | { say: string; unknown: true }> {
  const found = await scene.tx.query<{ id: string }>(
    `select m.id from members m
       join queue_members q on q.tenant_id = m.tenant_id and q.member_id = m.id and q.queue_id = $2
      where m.tenant_id = $1 and lower(m.name) = lower($3) and m.departed_at is null`,
    [scene.tenant.id, queueId, name.replace(/^@/, '')],
  );
  const [one, other] = found;
  if (one && !other) return one;
  const { locale } = scene.tenant;
  if (one) return { say: text(locale, 'command.severalColleagues', { name }) };
  return { say: text(locale, 'command.unknownColleague', { name }), unknown: true };
}

/** The topic's conversation, or the one the member is turned to, or their only one; never a guess between several. */
async function current(typist: Typist): Promise<Conversation | { say: string }> {
  if (typist.here) return typist.here;
  const mine = await activeConversationsOf(typist.scene.tx, typist.scene.tenant.id, typist.member.id);
  const focused = mine.find((one) => one.id === typist.member.focus?.conversationId);
  if (focused) return focused;
  const [only, ...others] = mine;
  if (!only) return say(typist, 'command.noConversation');
  return others.length === 0 && typist.member.focus === undefined
    ? only
    : say(typist, 'command.whichConversation');
}

/** The same for what can't be taken back: not while plain words would be in doubt (`members/target.ts`). */
async function surelyCurrent(typist: Typist): Promise<Conversation | { say: string }> {
  const { scene, member, here, quoted } = typist;
  if (here) return here;
  if (quoted === null) return say(typist, 'command.whichConversation');
  const meant = quoted && (await conversationById(scene.tx, scene.tenant.id, quoted.conversationId));
  if (meant) return meant;
  const mine = await activeConversationsOf(scene.tx, scene.tenant.id, member.id);
  const target = targetOf({
    focus: member.focus,
    open: await withNews(scene, member.id, mine),
    othersShown: mine.length > 1 && (await shownOthersSince(scene, member.id, mine, member.focus?.at ?? 0)),
    now: scene.now,
  });
  if (target.kind === 'nobody') return say(typist, 'command.noConversation');
  const found = target.kind === 'conversation' && mine.find((one) => one.id === target.id);
  return found || say(typist, 'command.whichConversation');
}

/** The customer their last words went to, or are on their way to: what they see too late is what they said last. */
async function lastSpokenTo(typist: Typist): Promise<Conversation | { say: string }> {
  const { scene, member } = typist;
  const id = await spokenToLast(scene, member.id);
  const found = id === undefined ? undefined : await conversationById(scene.tx, scene.tenant.id, id);
  return found ?? say(typist, 'command.noConversation');
}

/** "已解决 已补发" → the reason named by its words in any language, and the rest as summary. */
function reasonAndSummary(words: string): { reason?: string; summary?: string } {
  const [first, rest] = firstWord(words);
  const reason = closeReasons.find((one) =>
    locales.some((locale) => text(locale, `conversation.close.${one}`) === first),
  );
  return reason ? { reason, summary: rest || undefined } : { summary: words || undefined };
}

/** How a command may be called: its English name, and its name in every language. */
export const namesOf = (name: CommandName): string[] => [
  name,
  ...locales.map((locale: Locale) => text(locale, `command.${name}.name`)),
];
