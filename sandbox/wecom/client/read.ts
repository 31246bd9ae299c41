import type { Corp } from '../corp.js';
import type { Chat, Person } from '../world.js';

/** Marks a chat read up to its end. WeCom tells no app of it. */
export function read({ state, stream }: Corp, person: Person, chat: Chat): void {
  const key = `${chat.id}|${person.id}`;
  const last = state.messagesOf(chat.id).at(-1);
  if (!last || (state.reads.get(key) ?? 0) >= last.seq) return;
  state.reads.put(key, last.seq);
  stream.tell({ type: 'chat', chat: chat.id }, [person.id]);
}
