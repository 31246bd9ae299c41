import { dingtalkIdOf } from '../ids.js';
import type { State } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { Author, Chat, Message, Person } from '../world.js';
import { mayRead } from './lookup.js';
import { shownCard } from './shown-card.js';

/** What one person sees. The shapes are in the sandbox's README; what is DingTalk's own in this folder's. */
export function seeChats({ state }: Tenant, person: Person): unknown[] {
  const mine = [...state.chats.values()].filter((chat) => chat.people.includes(person.id));
  return mine
    .map((chat) => ({ chat, last: readable(state, chat, person).at(-1) }))
    .sort((a, b) => (b.last?.seq ?? 0) - (a.last?.seq ?? 0) || b.chat.createdAt - a.chat.createdAt)
    .map(({ chat, last }) => ({
      ...{ id: chat.id, name: chat.name, kind: chat.kind, unread: unread(state, chat, person) },
      last: last
        ? { text: summaryOf(state, last, chat, person), at: last.at, author: state.nameOf(last.author) }
        : null,
      ...(chat.kind === 'p2p' && chat.robots[0]
        ? { peer: seeAuthor(state, { kind: 'bot', id: chat.robots[0] }) }
        : {}),
    }));
}

/** Robots take messages back without a trace, people leave a line. */
const isGone = ({ recalled, author }: Message): boolean => recalled === true && author.kind === 'bot';

const readable = (state: State, chat: Chat, person: Person): Message[] =>
  state.messagesOf(chat.id).filter((message) => mayRead(message, person) && !isGone(message));

function unread(state: State, chat: Chat, person: Person): number {
  const read = state.reads.get(`${chat.id}|${person.id}`) ?? 0;
  return readable(state, chat, person).filter(
    ({ seq, author, recalled }) => seq > read && author.id !== person.id && !recalled,
  ).length;
}

const seeAuthor = (state: State, author: Author) => ({ ...author, name: state.nameOf(author) });

export function seeMessages({ state }: Tenant, chat: Chat, viewer: Person, after: number): unknown[] {
  return readable(state, chat, viewer)
    .filter(({ seq }) => seq > after)
    .map((message) => seeMessage(state, message, chat, viewer));
}

function seeMessage(state: State, message: Message, chat: Chat, viewer: Person): Record<string, unknown> {
  const quoted = message.quote ? state.message(message.quote) : undefined;
  const card = message.recalled ? undefined : shownCard(state, message, chat, viewer);
  return {
    ...{ id: message.id, seq: message.seq, at: message.at, author: seeAuthor(state, message.author) },
    type: message.type,
    content: message.recalled ? {} : message.content,
    ...(card
      ? { card: { outTrackId: card.outTrackId, wide: card.drawing.wide, tree: card.drawing.tree } }
      : {}),
    ...(quoted ? { quote: { id: quoted.id, text: summaryOf(state, quoted, chat, viewer) } } : {}),
    ...(message.recalled ? { recalled: true } : {}),
    ...(state.readers.get(message.id)?.length ? { read: true } : {}),
    ...(message.mentions.length > 0 && !message.recalled
      ? { mentions: message.mentions.map((id) => mention(state, id)) }
      : {}),
  };
}

function mention(state: State, id: string): { key: string; id: string; name: string } {
  const app = state.apps.get(id);
  const name = id === 'all' ? '所有人' : (app?.name ?? state.people.get(id)?.name ?? id);
  return { key: dingtalkIdOf(app ? 'bot' : 'person', id), id, name };
}

const names: Readonly<Record<string, string>> = {
  ...{ picture: '[图片]', image: '[图片]', audio: '[语音]', video: '[视频]', richText: '[富文本]' },
  feedCard: '[链接]',
};

/** A message in one line, as a list of chats shows it. */
function summaryOf(state: State, message: Message, chat: Chat, viewer: Person): string {
  if (message.recalled) return '[消息已撤回]';
  const { content, type } = message;
  if (type === 'interactiveCard') return shownCard(state, message, chat, viewer)?.summary ?? '[卡片]';
  if (type === 'text')
    return String(content.content ?? '')
      .trim()
      .slice(0, 200);
  if (type === 'ding') return `[DING] ${content.content}`;
  if (type === 'file') return `[文件] ${content.fileName ?? ''}`;
  const title = typeof content.title === 'string' ? content.title : undefined;
  return names[type] ?? title ?? '[消息]';
}
