import { NotPossible } from '../../control/refusal.js';
import type { State } from '../state.js';
import type { Author, Chat, Message, Person } from '../world.js';

/** Finding what a person names, as far as that person may see it. */
export function personOf(state: State, id: string): Person {
  const person = state.people.get(id);
  if (!person) throw new NotPossible('no-person', `there is no person ${id}; see GET /control/world`, 404);
  if (person.departed) throw new NotPossible('departed', `${person.name} has left the enterprise`, 403);
  return person;
}

export function chatFor(state: State, person: Person, id: string): Chat {
  const chat = state.chats.get(id);
  if (!chat?.people.includes(person.id)) {
    const where = `see GET /control/chats?platform=wecom&as=${person.id}`;
    throw new NotPossible('no-chat', `${person.id} is in no chat ${id}; ${where}`, 404);
  }
  return chat;
}

export function messageFor(state: State, person: Person, id: string): { message: Message; chat: Chat } {
  const message = state.message(id);
  if (!message || message.hiddenFrom?.includes(person.id))
    throw new NotPossible('no-message', `there is no message ${id}`, 404);
  return { message, chat: chatFor(state, person, message.chat) };
}

/** An app or an AI bot that this person may write to. */
export function usable(state: State, person: Person, id: string): Author & { name: string } {
  const speaker = state.speaker(id);
  const found = speaker?.kind === 'app' ? state.apps.get(id) : state.aibots.get(id);
  if (!speaker || !found)
    throw new NotPossible('no-app', `there is no app ${id}; see GET /control/world`, 404);
  if (!state.available(person, found))
    throw new NotPossible('not-available', `${person.id} may not use ${found.name}`, 403);
  return { ...speaker, name: found.name };
}
