import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import type { State } from '../state.js';
import type { Author, Chat, Message, Person } from '../world.js';

/** What one person sees. The shapes are in the sandbox's README. */
export function seeChats({ state }: Corp, person: Person): unknown[] {
  return [...state.chats.values()]
    .filter((chat) => chat.people.includes(person.id))
    .map((chat) => ({ chat, last: visible(state, chat, person).at(-1) }))
    .sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0) || b.chat.createdAt - a.chat.createdAt)
    .map(({ chat, last }) => ({
      id: chat.id,
      name: chat.name,
      kind: chat.kind,
      unread: unread(state, chat, person),
      last: last ? { text: summaryOf(last), at: last.at, author: state.nameOf(last.author) } : null,
      ...(chat.kind === 'p2p' ? { peer: peerOf(state, chat) } : {}),
    }));
}

const visible = (state: State, chat: Chat, person: Person): Message[] =>
  state.messagesOf(chat.id).filter((message) => !message.hiddenFrom?.includes(person.id));

function unread(state: State, chat: Chat, person: Person): number {
  const read = state.reads.get(`${chat.id}|${person.id}`) ?? 0;
  return visible(state, chat, person).filter(
    ({ seq, author, recalled }) => seq > read && author.id !== person.id && !recalled,
  ).length;
}

/** To the page every speaker that is no person is a bot. */
const seeAuthor = (state: State, author: Author): Record<string, unknown> => ({
  id: author.id,
  name: state.nameOf(author),
  kind: author.kind === 'person' ? 'person' : 'bot',
});

function peerOf(state: State, { apps: [id = ''] }: Chat): Record<string, unknown> {
  return seeAuthor(state, state.speaker(id) ?? { kind: 'app', id });
}

export function seeMessages(corp: Corp, person: Person, chat: Chat, after: number): unknown[] {
  return visible(corp.state, chat, person)
    .filter(({ seq }) => seq > after)
    .map((message) => seeMessage(corp, person, message));
}

function seeMessage({ state, cards }: Corp, person: Person, message: Message): Record<string, unknown> {
  const quoted = message.quote ? state.message(message.quote) : undefined;
  return {
    id: message.id,
    seq: message.seq,
    at: message.at,
    author: seeAuthor(state, message.author),
    type: message.type,
    content: message.recalled ? {} : message.content,
    ...(message.card && !message.recalled ? { card: cards.copyOf(message, person.id) } : {}),
    ...(quoted ? { quote: { id: quoted.id, text: summaryOf(quoted) } } : {}),
    ...(message.feedback ? { feedback: true } : {}),
    ...(message.recalled ? { recalled: true } : {}),
    ...(message.mentions && !message.recalled
      ? { mentions: message.mentions.map((id) => mentionOf(state, id)) }
      : {}),
  };
}

function mentionOf(state: State, id: string): Record<string, unknown> {
  const name = id === 'all' ? '所有人' : (state.people.get(id)?.name ?? state.aibots.get(id)?.name ?? id);
  return { key: `@${name}`, id, name };
}

const kinds: Readonly<Record<string, string>> = {
  image: '[图片]',
  voice: '[语音]',
  video: '[视频]',
  location: '[位置]',
  link: '[链接]',
};

/** A message in one line, as a list of chats shows it. */
function summaryOf(message: Message): string {
  if (message.recalled) return '[消息已撤回]';
  const { type, content, card } = message;
  if (card) return `[卡片] ${titleOf(card)}`.trim();
  if (type === 'file') return `[文件] ${content.name ?? ''}`;
  if (kinds[type]) return kinds[type];
  const [article] = Array.isArray(content.articles) ? content.articles : [];
  const words = content.content ?? content.title ?? (isRecord(article) ? article.title : undefined);
  const line = String(words ?? '[消息]');
  return (message.author.kind === 'person' ? line : withoutMarkup(line)).slice(0, 200);
}

/** What is left of an app's text or markdown in a list. */
const withoutMarkup = (text: string): string =>
  text
    .replace(/<\/?(?:a|font|div|br)\b[^<>]*>|<(@[^<>\s]+)>/g, '$1')
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+)/gm, '')
    .replace(/\*\*|`/g, '')
    .replace(/\s*\n\s*/g, ' ');

function titleOf({ main_title: main, sub_title_text: sub }: Record<string, unknown>): string {
  return String((isRecord(main) ? main.title : undefined) ?? sub ?? '');
}
