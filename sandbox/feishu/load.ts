import { botOpenIdOf, openIdOf, unionIdOf, userIdOf } from './ids.js';
import { addMembers } from './im/membership.js';
import type { Tenant } from './tenant.js';
import type { App, Person, WorldFile } from './world.js';

/** Merges a world file into the tenant. Loading the same one again changes nothing and tells nobody anything. */
export function loadWorld(tenant: Tenant, world: WorldFile): void {
  const { state } = tenant;
  if (world.tenantKey) keepSetting(tenant, 'tenantKey', world.tenantKey);
  if (world.clientConfig) keepSetting(tenant, 'clientConfig', JSON.stringify(world.clientConfig));
  for (const given of world.apps ?? []) {
    const app: App = { ...given, botOpenId: given.botOpenId ?? botOpenIdOf(given.appId) };
    if (!same(state.apps.get(app.appId), app)) state.apps.put(app.appId, app);
  }
  for (const given of world.people ?? []) {
    const person = personOf(tenant, given);
    if (!same(state.people.get(person.id), person)) state.people.put(person.id, person);
  }
  for (const given of world.chats ?? []) loadChat(tenant, given);
}

function keepSetting(tenant: Tenant, key: string, value: string): void {
  if (tenant.state.settings.get(key) !== value) tenant.state.settings.put(key, value);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function personOf(tenant: Tenant, given: NonNullable<WorldFile['people']>[number]): Person {
  const known = tenant.state.people.get(given.id);
  const apps = [...tenant.state.apps.values()].map((app) => app.appId);
  const derived = Object.fromEntries(apps.map((app) => [app, openIdOf(app, given.id)]));
  return {
    id: given.id,
    name: given.name,
    title: given.title ?? known?.title,
    openIds: { ...derived, ...known?.openIds, ...given.openIds },
    unionId: given.unionId ?? known?.unionId ?? unionIdOf(given.id),
    userId: given.userId ?? known?.userId ?? userIdOf(given.id),
  };
}

function loadChat(tenant: Tenant, given: NonNullable<WorldFile['chats']>[number]): void {
  const { state } = tenant;
  const missing =
    given.people.find((id) => !state.people.get(id)) ?? given.apps.find((id) => !state.apps.get(id));
  if (missing) throw new Error(`chat ${given.id} names ${missing}, who is not in the world`);
  const known = state.chats.get(given.id);
  if (!known) {
    state.chats.put(given.id, { ...given, createdAt: tenant.clock.now() });
    tenant.stream.tell({ type: 'chat', chat: given.id }, given.people);
    return;
  }
  if (known.name !== given.name) {
    known.name = given.name;
    state.chats.put(known.id, known);
    tenant.stream.tell({ type: 'chat', chat: known.id }, known.people);
  }
  addMembers(tenant, known, given, undefined);
}
