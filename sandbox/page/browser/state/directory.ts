import type { App, Chat, Person, PlatformWorld } from '../control/shapes.js';

/** Who is who on one platform: finds people and bots by any of the ids that messages and cards use. */
export class Directory {
  readonly people: readonly Person[];
  readonly apps: readonly App[];
  private readonly groups: PlatformWorld['chats'];
  private readonly names = new Map<string, string>();

  constructor(world: PlatformWorld) {
    this.people = world.people;
    this.apps = world.apps;
    this.groups = world.chats;
    for (const person of this.people) {
      for (const id of [person.id, ...Object.values(person.openIds ?? {}), ...(person.aliases ?? [])])
        this.names.set(id, person.name);
    }
    for (const app of this.apps) {
      for (const id of [app.appId, app.botOpenId, ...(app.aliases ?? [])])
        if (id) this.names.set(id, app.name);
    }
  }

  nameOf(id: string): string | null {
    return this.names.get(id) ?? null;
  }

  app(id: string): App | null {
    return this.apps.find((app) => app.appId === id || app.botOpenId === id) ?? null;
  }

  /** Apps whose bot this person may write to. One that only speaks (`webhook`) is none of them. */
  botsFor(personId: string): App[] {
    return this.apps.filter(
      ({ kind, availability }) => kind !== 'webhook' && (availability?.includes(personId) ?? true),
    );
  }

  /** The app behind a one-to-one chat with its bot. */
  appOf(chat: Chat): App | null {
    return chat.kind === 'p2p' && chat.peer ? this.app(chat.peer.id) : null;
  }

  peopleIn(chatId: string): Person[] {
    const members = this.groups.find(({ id }) => id === chatId)?.people ?? [];
    return this.people.filter(({ id }) => members.includes(id));
  }

  /** Everyone in a chat (in a one-to-one chat: oneself), with the open id by which the given app knows them. */
  membersOf(chatId: string, self: string, appId: string): { id: string; name: string }[] {
    const members = this.peopleIn(chatId);
    const people = members.length > 0 ? members : this.people.filter(({ id }) => id === self);
    return people.map(({ id, name, openIds }) => ({ id: openIds?.[appId] ?? id, name }));
  }

  /** Bots that can be mentioned in a chat. */
  botsIn(chatId: string): App[] {
    const chat = this.groups.find(({ id }) => id === chatId);
    return chat === undefined ? [] : this.apps.filter(({ appId }) => chat.apps.includes(appId));
  }
}
