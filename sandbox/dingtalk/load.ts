import { BadTemplate, readTemplate } from './card/template.js';
import { agentIdOf, groupIdOf, unionIdOf, userIdOf } from './ids.js';
import type { Tenant } from './tenant.js';
import type { App, Chat, Person, WorldFile } from './world.js';

type Given<K extends 'apps' | 'people' | 'groups' | 'webhooks' | 'templates'> = NonNullable<
  WorldFile[K]
>[number];

/** Merges a world file into the organisation. Loading the same one again changes nothing and tells nobody anything. */
export function loadWorld(tenant: Tenant, world: WorldFile): void {
  const { state } = tenant;
  loadSettings(tenant, world);
  for (const given of world.apps ?? []) putIfNew(state.apps, given.appKey, appOf(given));
  for (const given of world.departments ?? []) putIfNew(state.departments, String(given.id), given);
  loadPeople(tenant, world.people ?? []);
  for (const given of world.groups ?? []) loadGroup(tenant, given);
  for (const given of world.webhooks ?? []) loadWebhook(tenant, given);
  for (const given of world.templates ?? []) loadTemplate(tenant, given);
}

function loadSettings({ state }: Tenant, world: WorldFile): void {
  const ofApps = (world.apps ?? []).find(({ edition, monthlyCalls, monthlyPushes }) =>
    [edition, monthlyCalls, monthlyPushes].some((value) => value !== undefined),
  );
  const settings: Record<string, string | number | boolean | undefined> = {
    corpId: world.corpId,
    corpName: world.corpName,
    // The quota is the organisation's; an app may bring it along.
    edition: world.edition ?? ofApps?.edition,
    monthlyCalls: world.monthlyCalls ?? ofApps?.monthlyCalls,
    monthlyPushes: world.monthlyPushes ?? ofApps?.monthlyPushes,
    qps: world.qps,
    redeliverRobotMessages: world.redeliverRobotMessages,
    connectionSeconds: world.connectionSeconds,
    perChatPerMinute: world.perChatPerMinute,
  };
  for (const [key, value] of Object.entries(settings)) {
    if (value !== undefined && state.settings.get(key) !== String(value))
      state.settings.put(key, String(value));
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function putIfNew<Row>(
  table: { get(key: string): Row | undefined; put(key: string, row: Row): void },
  key: string,
  row: Row,
): void {
  if (!same(table.get(key), row)) table.put(key, row);
}

function appOf({ edition, monthlyCalls, monthlyPushes, ...given }: Given<'apps'>): App {
  return {
    ...given,
    robotCode: given.robotCode ?? given.appKey,
    agentId: given.agentId ?? agentIdOf(given.appKey),
    mode: given.mode ?? 'stream',
  };
}

/** After the first people, the apps hear of who comes, changes and leaves. */
function loadPeople(tenant: Tenant, people: readonly Given<'people'>[]): void {
  const { state, pushes } = tenant;
  const isFirst = state.people.size === 0;
  const told: Record<string, Person[]> = { user_add_org: [], user_modify_org: [], user_leave_org: [] };
  for (const given of people) {
    const known = state.people.get(given.id);
    const person = personOf(given, known);
    if (same(known, person)) continue;
    state.people.put(person.id, person);
    if (person.departed) leaveGroups(tenant, person);
    if (!person.external) told[whatHappened(known, person)]?.push(person);
  }
  if (isFirst) return;
  for (const [type, changed] of Object.entries(told)) if (changed.length > 0) pushes.directory(type, changed);
}

/** Who leaves the organisation is in none of its groups any more. */
function leaveGroups({ state, stream }: Tenant, { id }: Person): void {
  for (const chat of state.chats.values()) {
    if (chat.kind !== 'group' || !chat.people.includes(id)) continue;
    chat.people = chat.people.filter((person) => person !== id);
    state.chats.put(chat.id, chat);
    stream.tell({ type: 'chat', chat: chat.id }, chat.people);
  }
}

function whatHappened(known: Person | undefined, person: Person): string {
  if (person.departed) return known && !known.departed ? 'user_leave_org' : '';
  return known && !known.departed ? 'user_modify_org' : 'user_add_org';
}

const personOf = (given: Given<'people'>, known: Person | undefined): Person => ({
  id: given.id,
  userId: given.userId ?? known?.userId ?? userIdOf(given.id),
  unionId: given.unionId ?? known?.unionId ?? unionIdOf(given.id),
  name: given.name,
  title: given.title ?? known?.title,
  mobile: given.mobile ?? known?.mobile,
  departments: given.departments ?? known?.departments ?? [1],
  departed: given.departed ?? known?.departed ?? false,
  external: given.external ?? known?.external ?? false,
});

function loadGroup(tenant: Tenant, given: Given<'groups'>): void {
  const { state, stream, clock } = tenant;
  const id = given.openConversationId ?? groupIdOf(given.name);
  const robots = given.robots.map(
    (name) => state.apps.get(name)?.appKey ?? state.appByRobot(name)?.appKey ?? name,
  );
  const missing =
    given.people.find((person) => !state.people.get(person)) ??
    robots.find((robot) => !state.apps.get(robot));
  if (missing) throw new Error(`group ${given.name} names ${missing}, who is not in the world`);
  const known = state.chats.get(id);
  const chat: Chat = {
    ...{ id, name: given.name, kind: 'group' },
    people: [...new Set([...(known?.people ?? []), ...given.people])],
    robots: [...new Set([...(known?.robots ?? []), ...robots])],
    createdAt: known?.createdAt ?? clock.now(),
  };
  if (same(known, chat)) return;
  state.chats.put(id, chat);
  stream.tell({ type: 'chat', chat: id }, chat.people);
}

function loadWebhook({ state }: Tenant, given: Given<'webhooks'>): void {
  const group = state.chats.get(given.group) ?? state.chats.get(groupIdOf(given.group));
  if (!group)
    throw new Error(`webhook ${given.name ?? ''} names group ${given.group}, which is not in the world`);
  putIfNew(state.webhooks, given.token, {
    ...{ token: given.token, name: given.name ?? '自定义机器人', secret: given.secret },
    ...{ keywords: given.keywords ?? [], group: group.id },
  });
}

function loadTemplate({ state }: Tenant, given: Given<'templates'>): void {
  const source = typeof given.file === 'string' ? given.file : JSON.stringify(given.file);
  try {
    readTemplate(source);
  } catch (error) {
    if (error instanceof BadTemplate) throw new Error(`template ${given.name}: ${error.message}`);
    throw error;
  }
  const published = given.published ?? true;
  putIfNew(state.templates, given.id, { id: given.id, name: given.name, source, published });
}
