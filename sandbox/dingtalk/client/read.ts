import { tell } from '../robot/posting.js';
import type { Tenant } from '../tenant.js';
import type { Chat, Person } from '../world.js';
import { mayRead } from './lookup.js';

/** Marks a chat read up to its end; apps that ticked `robot_msg_read` hear which of their messages were read. */
export function read(tenant: Tenant, person: Person, chat: Chat): void {
  const { state } = tenant;
  const key = `${chat.id}|${person.id}`;
  const before = state.reads.get(key) ?? 0;
  const fresh = state.messagesOf(chat.id).filter(({ seq }) => seq > before);
  const last = fresh.at(-1);
  if (!last) return;
  state.reads.put(key, last.seq);
  for (const message of fresh) {
    if (message.author.kind !== 'bot' || message.recalled || !mayRead(message, person)) continue;
    state.readers.put(message.id, [...(state.readers.get(message.id) ?? []), person.id]);
    tell(tenant, message, 'update');
    const app = state.apps.get(message.author.id);
    if (app && message.processQueryKey) tenant.pushes.read(app, chat, person, message.processQueryKey);
  }
  tenant.stream.tell({ type: 'chat', chat: chat.id }, [person.id]);
}
