import type { Corp } from './corp.js';
import { webhookIdOf } from './ids.js';
import type { App, Chat, Person, WorldFile } from './world.js';

/** Merges a world file into the enterprise. Loading the same one again changes nothing and tells nobody anything. */
export function loadWorld(corp: Corp, world: WorldFile): void {
  const { state } = corp;
  const isFirst = state.people.size === 0 && state.apps.size === 0;
  const before = isFirst ? undefined : snapshot(corp);
  keepSetting(corp, 'corpId', world.corpId);
  keepSetting(corp, 'contactsSecret', world.contactsSecret);
  for (const department of world.departments ?? []) state.departments.put(String(department.id), department);
  for (const given of world.people ?? []) loadPerson(corp, given);
  for (const app of world.apps ?? []) {
    if (!same(state.apps.get(String(app.agentId)), app)) state.apps.put(String(app.agentId), app);
  }
  for (const bot of world.aibots ?? []) {
    if (!same(state.aibots.get(bot.botId), bot)) state.aibots.put(bot.botId, bot);
  }
  for (const group of world.groups ?? []) loadGroup(corp, group);
  leaveGroups(corp);
  if (before) tellChanges(corp, before);
}

function keepSetting({ state }: Corp, key: string, value: string | undefined): void {
  if (value !== undefined && state.settings.get(key) !== value) state.settings.put(key, value);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function loadPerson({ state }: Corp, given: NonNullable<WorldFile['people']>[number]): void {
  const known = state.people.get(given.id);
  const person: Person = {
    id: given.id,
    userId: given.userId ?? known?.userId ?? given.id,
    name: given.name,
    title: given.title ?? known?.title,
    departments: given.departments ?? known?.departments ?? [1],
    departed: given.departed ?? known?.departed ?? false,
  };
  const namesake = state.byUserId(person.userId);
  if (namesake && namesake.id !== person.id)
    throw new Error(`${person.id} and ${namesake.id} have the same userid, whose case does not count`);
  if (!same(known, person)) state.people.put(person.id, person);
}

function loadGroup({ state, clock, stream }: Corp, given: NonNullable<WorldFile['groups']>[number]): void {
  const aibots = given.aibots ?? [];
  const missing =
    given.people.find((id) => !state.people.get(id)) ?? aibots.find((id) => !state.aibots.get(id));
  if (missing) throw new Error(`group ${given.chatId} names ${missing}, who is not in the world`);
  for (const { key, name } of given.webhooks ?? []) {
    const webhook = { id: webhookIdOf(key), key, name, chat: given.chatId };
    if (!same(state.webhooks.get(webhook.id), webhook)) state.webhooks.put(webhook.id, webhook);
  }
  const known = state.chats.get(given.chatId);
  const apps = [...aibots, ...(given.webhooks ?? []).map(({ key }) => webhookIdOf(key))];
  const chat: Chat = {
    ...{ createdAt: clock.now(), ...known },
    ...{ id: given.chatId, name: given.name, kind: 'group' },
    people: [...new Set([...(known?.people ?? []), ...given.people])],
    apps: [...new Set([...(known?.apps ?? []), ...apps])],
  };
  if (same(known, chat)) return;
  state.chats.put(chat.id, chat);
  stream.tell({ type: 'chat', chat: chat.id }, chat.people);
}

/** Who left the enterprise is in no group any more. */
function leaveGroups({ state, stream }: Corp): void {
  for (const chat of [...state.chats.values()]) {
    const staying = chat.people.filter((id) => !state.people.get(id)?.departed);
    if (chat.kind === 'p2p' || staying.length === chat.people.length) continue;
    stream.tell({ type: 'chat', chat: chat.id }, chat.people);
    chat.people = staying;
    state.chats.put(chat.id, chat);
  }
}

interface Snapshot {
  people: Map<string, Person>;
  apps: { app: App; available: Set<string> }[];
}

const availableTo = ({ state }: Corp, app: App): Set<string> =>
  new Set([...state.people.values()].filter((person) => state.available(person, app)).map(({ id }) => id));

const snapshot = (corp: Corp): Snapshot => ({
  people: new Map([...corp.state.people.entries()].map(([id, person]) => [id, { ...person }])),
  apps: [...corp.state.apps.values()].map((app) => ({ app, available: availableTo(corp, app) })),
});

/** Who came, went or changed, to each app that was there before and sees them. */
function tellChanges(corp: Corp, before: Snapshot): void {
  for (const { app: old, available } of before.apps) {
    const app = corp.state.apps.get(String(old.agentId)) ?? old;
    const now = availableTo(corp, app);
    for (const person of corp.state.people.values()) {
      const was = available.has(person.id);
      const is = now.has(person.id);
      if (was || is) tellChange(corp, app, person, before.people.get(person.id));
      if (was !== is) corp.events.visibility(app, person, is ? 'subscribe' : 'unsubscribe');
    }
  }
}

function tellChange({ events }: Corp, app: App, person: Person, before: Person | undefined): void {
  if (same(before, person)) return;
  const fields = {
    Name: person.name,
    Department: person.departments.join(','),
    Position: person.title ?? '',
  };
  if (!before) events.directory(app, person, 'create_user', fields);
  else if (person.departed && !before.departed) events.directory(app, person, 'delete_user', {});
  else if (!person.departed) events.directory(app, person, 'update_user', fields);
}
