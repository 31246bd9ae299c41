import { NotPossible } from '../../control/refusal.js';
import type { State } from '../state.js';
import type { App, Chat, Message, Person } from '../world.js';

/** Finding what a person names, as far as that person may see it. */
export function personOf(state: State, id: string): Person {
  const person = state.people.get(id);
  if (!person) throw new NotPossible('no-person', `there is no person ${id}; see GET /control/world`, 404);
  if (person.departed) throw new NotPossible('departed', `${person.name} has left the organisation`, 403);
  return person;
}

export function appOf(state: State, id: string): App {
  const app = state.apps.get(id) ?? state.appByRobot(id);
  if (!app) throw new NotPossible('no-app', `there is no app ${id}; see GET /control/world`, 404);
  return app;
}

export function usableApp(state: State, person: Person, id: string): App {
  const app = appOf(state, id);
  if (!state.available(person, app))
    throw new NotPossible('not-available', `${person.id} may not use ${app.name}`, 403);
  return app;
}

export function chatFor(state: State, person: Person, id: string): Chat {
  const chat = state.chats.get(id);
  if (!chat?.people.includes(person.id)) {
    const where = `see GET /control/chats?platform=dingtalk&as=${person.id}`;
    throw new NotPossible('no-chat', `${person.id} is in no chat ${id}; ${where}`, 404);
  }
  return chat;
}

export const mayRead = (message: Message, person: Person): boolean =>
  message.recipients === undefined || message.recipients.includes(person.id);

export function messageFor(state: State, person: Person, id: string): { message: Message; chat: Chat } {
  const message = state.message(id);
  if (!message || !mayRead(message, person))
    throw new NotPossible('no-message', `there is no message ${id}`, 404);
  return { message, chat: chatFor(state, person, message.chat) };
}
