import type { Tenant } from '../tenant.js';
import type { Author, Chat } from '../world.js';

/** Lets people and bots into a group, and tells the bots that are in it. */
export function addMembers(
  tenant: Tenant,
  chat: Chat,
  joining: { people: readonly string[]; apps: readonly string[] },
  operator: Author | undefined,
): void {
  const people = joining.people.filter((id) => !chat.people.includes(id));
  const apps = joining.apps.filter((id) => !chat.apps.includes(id));
  if (people.length === 0 && apps.length === 0) return;
  const before = [...chat.apps];
  chat.people.push(...people);
  chat.apps.push(...apps);
  tenant.state.chats.put(chat.id, chat);
  if (people.length > 0) for (const app of before) tenant.events.peopleAdded(app, chat, people, operator);
  for (const app of apps) tenant.events.botAdded(app, chat, operator);
  tenant.stream.tell({ type: 'chat', chat: chat.id }, chat.people);
}
