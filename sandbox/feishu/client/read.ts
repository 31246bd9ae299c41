import { tellUpdate } from '../im/posting.js';
import type { Tenant } from '../tenant.js';
import type { Chat, Person } from '../world.js';

/** Marks a chat read up to its end; in a one-to-one chat the bot is told which of its messages were read. */
export function read(tenant: Tenant, person: Person, chat: Chat): void {
  const { state, clock } = tenant;
  const key = `${chat.id}|${person.id}`;
  const before = state.reads.get(key) ?? 0;
  const fresh = state.messagesOf(chat.id).filter((message) => message.seq > before);
  const last = fresh.at(-1);
  if (!last) return;
  state.reads.put(key, last.seq);
  const byBots = fresh.filter((message) => message.author.kind === 'bot' && !message.recalled);
  for (const message of byBots) {
    state.readers.put(message.id, [
      ...(state.readers.get(message.id) ?? []),
      { person: person.id, at: clock.now() },
    ]);
    tellUpdate(tenant, message);
  }
  tenant.stream.tell({ type: 'chat', chat: chat.id }, [person.id]);
  if (chat.kind !== 'p2p' || byBots.length === 0) return;
  for (const app of chat.apps)
    tenant.events.read(
      app,
      person,
      byBots.map((message) => message.id),
    );
}
