import { closeReasons } from '../conversations/close.js';
import { looksLikeCode } from '../conversations/codes.js';
import {
  activeConversationsOf,
  type Conversation,
  conversationByCode,
  conversationById,
} from '../conversations/conversation.js';
import { type Locale, locales, text } from '../i18n/texts.js';
import type { Member } from '../members/member.js';
import { newsOf, spokenToLast } from '../members/pointing.js';
import { targetOf } from '../members/target.js';
import type { Scene } from '../pipeline/scene.js';

export const commandNames = [
  'claim',
  'to',
  'note',
  'transfer',
  'close',
  'undo',
  'queue',
  'mine',
  'ask',
  'quota',
  'help',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Where a command was typed, and by whom. */
export interface Typist {
  scene: Scene;
  member: Member;
  /** The conversation of the topic it was typed in. */
  here?: Conversation;
  /** What they quote with it. */
  quoted?: { conversationId: string; messageId?: string };
  /** What the message itself is called, for words that become a message. */
  appearance: { source: string; externalId: string };
}

/** The operation a command line means; or what to say instead. */
export type Meaning = { operation: string; input: Record<string, unknown> } | { say: string };

interface Command {
  operation: string;
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
      const [name, said] = firstWord(byCode ? rest : words);
      if (!name) return { operation: 'conversation.offerTransfer', input: { conversation: found.id } };
      const to = await colleague(name, found, typist);
      if ('say' in to) return to;
      return {
        operation: this.operation,
        input: { conversation: found.id, to: to.id, words: said || undefined },
      };
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
  queue: { operation: 'queue.list', read: async () => ({ operation: 'queue.list', input: {} }) },
  mine: { operation: 'member.mine', read: async () => ({ operation: 'member.mine', input: {} }) },
  ask: {
    operation: 'knowledge.ask',
    async read(words, typist) {
      return words ? { operation: this.operation, input: { question: words } } : usage(typist, 'ask');
    },
  },
  quota: { operation: 'workspace.quota', read: async () => ({ operation: 'workspace.quota', input: {} }) },
  help: { operation: 'member.help', read: async () => ({ operation: 'member.help', input: {} }) },
};

const firstWord = (words: string): [first: string, rest: string] => {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  return [first, rest.trim()];
};

const saying = (conversation: Conversation, words: string, typist: Typist) => ({
  conversation: conversation.id,
  content: { type: 'text', text: words },
  appearance: typist.appearance,
});

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

/** Whoever has that name and serves the conversation's queue; never a guess between two. */
async function colleague(
  name: string,
  { queueId }: Conversation,
  { scene }: Typist,
): Promise<{ id: string } | { say: string }> {
  const found = await scene.tx.query<{ id: string }>(
    `select m.id from members m
       join queue_members q on q.tenant_id = m.tenant_id and q.member_id = m.id and q.queue_id = $2
      where m.tenant_id = $1 and lower(m.name) = lower($3) and m.departed_at is null`,
    [scene.tenant.id, queueId, name.replace(/^@/, '')],
  );
  const [one, other] = found;
  if (one && !other) return one;
  const key = one ? 'command.severalColleagues' : 'command.unknownColleague';
  return { say: text(scene.tenant.locale, key, { name }) };
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
  const { scene, member, here } = typist;
  if (here) return here;
  const mine = await activeConversationsOf(scene.tx, scene.tenant.id, member.id);
  const open = mine.map((one) => ({ id: one.id, newsAt: newsOf(one) }));
  const target = targetOf({ focus: member.focus, open, now: scene.now });
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
