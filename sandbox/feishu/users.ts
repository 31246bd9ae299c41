import { hasScope, type State } from './state.js';
import type { App, Author, Person } from './world.js';

export type IdType = 'open_id' | 'union_id' | 'user_id';

/** A person's ids as this app may see them; `user_id` only with its own scope. */
export function personIds(person: Person, app: App, state: State): Record<string, string> {
  return {
    open_id: state.openId(person, app.appId),
    union_id: person.unionId,
    ...(hasScope(app, 'contact:user.employee_id:readonly') ? { user_id: person.userId } : {}),
  };
}

export function personId(person: Person, app: App, state: State, type: IdType = 'open_id'): string {
  if (type === 'union_id') return person.unionId;
  return type === 'user_id' ? person.userId : state.openId(person, app.appId);
}

/** The open_id of a person or a bot, as this app reads it. */
export function authorId(who: Author, app: App, state: State): string {
  if (who.kind === 'bot') return state.apps.get(who.id)?.botOpenId ?? '';
  const person = state.people.get(who.id);
  return person ? personId(person, app, state) : '';
}

/** Whom an app means by an open_id, union_id or user_id; its own bot counts too. */
export function findUser(id: string, app: App, state: State): Author | undefined {
  for (const other of state.apps.values())
    if (other.botOpenId === id) return { kind: 'bot', id: other.appId };
  for (const person of state.people.values()) {
    if ([state.openId(person, app.appId), person.unionId, person.userId].includes(id)) {
      return { kind: 'person', id: person.id };
    }
  }
  return undefined;
}
