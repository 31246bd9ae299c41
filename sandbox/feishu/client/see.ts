import { isRecord } from '../../kernel/shape.js';
import type { State } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { Author, Chat, Message, Person, Reaction } from '../world.js';

/** What one person sees. The shapes are in the sandbox's README. */
export function seeChats(tenant: Tenant, person: Person): unknown[] {
  const { state } = tenant;
  const mine = [...state.chats.values()].filter((chat) => chat.people.includes(person.id));
  return mine
    .map((chat) => ({ chat, last: state.messagesOf(chat.id).at(-1) }))
    .sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0) || b.chat.createdAt - a.chat.createdAt)
    .map(({ chat, last }) => ({
      id: chat.id,
      name: chat.name,
      kind: chat.kind,
      unread: unread(state, chat, person),
      last: last ? { text: summaryOf(state, last), at: last.at, author: state.nameOf(last.author) } : null,
      ...(chat.kind === 'p2p' && chat.apps[0]
        ? { peer: seeAuthor(state, { kind: 'bot', id: chat.apps[0] }) }
        : {}),
    }));
}

function unread(state: State, chat: Chat, person: Person): number {
  const read = state.reads.get(`${chat.id}|${person.id}`) ?? 0;
  return state
    .messagesOf(chat.id)
    .filter((message) => message.seq > read && message.author.id !== person.id && !message.recalled).length;
}

const seeAuthor = (state: State, author: Author) => ({ ...author, name: state.nameOf(author) });

export function seeMessages(
  tenant: Tenant,
  chat: Chat,
  where: { thread: string | undefined; after: number },
): unknown[] {
  const wanted = ({ thread, root }: Message): boolean => {
    if (where.thread === '*') return true;
    return where.thread ? thread === where.thread : !thread || !root;
  };
  const all = tenant.state.messagesOf(chat.id);
  const around = {
    replies: countBy(all.flatMap(({ root, thread }) => (root && thread ? [root] : []))),
    reactions: byMessage(tenant.state.reactions.values()),
  };
  return all
    .filter((message) => message.seq > where.after && wanted(message))
    .map((message) => seeMessage(tenant.state, message, around));
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function byMessage(reactions: Iterable<Reaction>): Map<string, Reaction[]> {
  const found = new Map<string, Reaction[]>();
  for (const reaction of reactions)
    found.set(reaction.message, [...(found.get(reaction.message) ?? []), reaction]);
  return found;
}

/** What stands around messages, gathered once for all of a chat. */
interface Around {
  replies: ReadonlyMap<string, number>;
  reactions: ReadonlyMap<string, readonly Reaction[]>;
}

function seeMessage(state: State, message: Message, around: Around): Record<string, unknown> {
  const quoted = quotedBy(state, message);
  const isRoot = message.thread && !message.root;
  return {
    id: message.id,
    seq: message.seq,
    at: message.at,
    author: seeAuthor(state, message.author),
    type: message.type,
    ...contentOf(message),
    ...(message.root ? { rootId: message.root } : {}),
    ...(message.parent ? { parentId: message.parent } : {}),
    ...(message.thread ? { threadId: message.thread } : {}),
    ...(quoted ? { quote: { id: quoted.id, text: summaryOf(state, quoted) } } : {}),
    ...(message.recalled ? { recalled: true } : {}),
    ...(message.edits > 0 ? { edited: true } : {}),
    ...(state.readers.get(message.id) ? { read: true } : {}),
    ...(message.mentions.length > 0 && !message.recalled
      ? { mentions: message.mentions.map(({ key, who }) => ({ key, id: who.id, name: state.nameOf(who) })) }
      : {}),
    ...reactionsSeen(around.reactions.get(message.id) ?? []),
    ...(isRoot ? { replies: around.replies.get(message.id) ?? 0 } : {}),
  };
}

function contentOf(message: Message): { content: unknown; card?: unknown } {
  if (message.recalled) return { content: {} };
  const content: unknown = JSON.parse(message.content);
  return message.type === 'interactive' ? { content: {}, card: content } : { content };
}

function reactionsSeen(given: readonly Reaction[]): { reactions?: { emoji: string; by: string[] }[] } {
  const by = new Map<string, string[]>();
  for (const { emoji, by: who } of given) by.set(emoji, [...(by.get(emoji) ?? []), who.id]);
  return by.size > 0 ? { reactions: [...by].map(([emoji, ids]) => ({ emoji, by: ids })) } : {};
}

/** In a topic every answer has the root for parent; only another parent is a quote. */
function quotedBy(state: State, message: Message): Message | undefined {
  if (!message.parent || (message.thread && message.parent === message.root)) return undefined;
  return state.message(message.parent);
}

/** A message in one line, as a list of chats shows it. */
function summaryOf(state: State, message: Message): string {
  if (message.recalled) return '[消息已撤回]';
  const content: unknown = JSON.parse(message.content);
  if (!isRecord(content)) return '';
  if (message.type === 'text') return withNames(state, message, String(content.text ?? ''));
  if (message.type === 'interactive') return cardSummary(content);
  const names: Readonly<Record<string, string>> = {
    image: '[图片]',
    file: '[文件]',
    post: '[富文本]',
    audio: '[语音]',
  };
  return message.type === 'file' ? `[文件] ${content.file_name ?? ''}` : (names[message.type] ?? '[消息]');
}

function withNames(state: State, message: Message, text: string): string {
  const named = message.mentions.reduce(
    (line, { key, who }) => line.replace(key, `@${state.nameOf(who)}`),
    text,
  );
  return named.replace('@_all', '@所有人').slice(0, 200);
}

function cardSummary(card: Record<string, unknown>): string {
  const { config, header } = card;
  if (isRecord(config) && isRecord(config.summary) && config.summary.content)
    return String(config.summary.content);
  const title = isRecord(header) && isRecord(header.title) ? header.title.content : undefined;
  return typeof title === 'string' ? title : '[卡片]';
}
