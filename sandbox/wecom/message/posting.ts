import type { Corp } from '../corp.js';
import type { Author, Card, Chat, Message } from '../world.js';

export interface Posting {
  chat: Chat;
  author: Author;
  type: string;
  content: Record<string, unknown>;
  card?: Card | undefined;
  send?: string | undefined;
  quote?: string | undefined;
  mentions?: string[] | undefined;
  feedback?: string | undefined;
  /** People of the chat who do not get it. */
  hiddenFrom?: string[] | undefined;
}

/** Puts a message into a chat and tells whoever sits there. */
export function post(corp: Corp, posting: Posting): Message {
  const { state, clock, ids } = corp;
  const { chat, author, type, content, card, send, quote, mentions, feedback, hiddenFrom = [] } = posting;
  const message: Message = {
    id: ids.message(),
    seq: state.nextSeq(),
    chat: chat.id,
    at: clock.now(),
    author,
    type,
    content,
    ...(card ? { card } : {}),
    ...(send ? { send } : {}),
    ...(quote ? { quote } : {}),
    ...(mentions && mentions.length > 0 ? { mentions } : {}),
    ...(feedback ? { feedback } : {}),
    ...(hiddenFrom.length > 0 ? { hiddenFrom } : {}),
  };
  state.save(message);
  corp.stream.tell({ type: 'message', chat: chat.id, message: message.id }, readersOf(chat, message));
  return message;
}

export function tellChange(corp: Corp, message: Message, type: 'update' | 'recall' = 'update'): void {
  const chat = corp.state.chats.get(message.chat);
  corp.stream.tell({ type, chat: message.chat, message: message.id }, chat ? readersOf(chat, message) : []);
}

const readersOf = ({ people }: Chat, { hiddenFrom }: Message): string[] =>
  people.filter((person) => !hiddenFrom?.includes(person));
