import { NotPossible } from '../../control/refusal.js';
import { isRecord } from '../../kernel/shape.js';
import type { ClickResult } from '../card/cards.js';
import { NotPressable } from '../card/not-pressable.js';
import { actionOf, choose, type Selector } from '../card/press.js';
import { validateCard } from '../card/validate.js';
import { tellUpdate } from '../im/posting.js';
import { react, reactionsOf, unreact } from '../im/reactions.js';
import type { Tenant } from '../tenant.js';
import type { Chat, Message, Person } from '../world.js';
import { appOf, messageFor, personOf, usableApp } from './lookup.js';
import { mention } from './say.js';

const CARD_LIFE_MS = 14 * 24 * 60 * 60 * 1000;

/** A person presses something on a card and waits for what comes of it. */
export async function click(
  tenant: Tenant,
  given: {
    as: string;
    message: string;
    button: { name?: string; text?: string; path?: (string | number)[] } | undefined;
    value: unknown;
    form: Record<string, unknown> | undefined;
  },
): Promise<ClickResult> {
  const person = personOf(tenant.state, given.as);
  const { message } = messageFor(tenant.state, person, given.message);
  if (message.type !== 'interactive') throw new NotPossible('no-card', `${message.id} is not a card`);
  if (message.recalled) throw new NotPossible('recalled', `${message.id} was recalled`);
  const card: unknown = JSON.parse(message.content);
  if (!isRecord(card) || card.schema !== '2.0') {
    throw new NotPossible('old-card', 'only cards of schema 2.0 can be clicked in this sandbox');
  }
  const { pressed, action } = press(card, given);
  if (tenant.clock.now() - message.at > CARD_LIFE_MS) {
    return {
      cardUpdated: false,
      errorCode: 200080,
      error: 'cards stop answering 14 days after they were sent',
    };
  }
  if (pressed.form && hasNamelessField(card)) {
    return { cardUpdated: false, errorCode: 200530, error: 'a component in the form has no name of its own' };
  }
  if (!action) return { cardUpdated: false };
  return tenant.cards.click(message, appOf(tenant.state, message.author.id), person, action);
}

function press(card: Record<string, unknown>, given: Parameters<typeof click>[1]) {
  try {
    const pressed = choose(card, selectorOf(given.button));
    const value = given.value === undefined ? {} : { value: given.value };
    return { pressed, action: actionOf(pressed, { ...value, ...(given.form ? { form: given.form } : {}) }) };
  } catch (error) {
    if (error instanceof NotPressable) throw new NotPossible('not-pressable', error.message);
    throw error;
  }
}

function selectorOf(button: Parameters<typeof click>[1]['button']): Selector | undefined {
  if (!button) return undefined;
  if (button.path) return { path: button.path };
  if (button.name !== undefined) return { name: button.name };
  if (button.text !== undefined) return { text: button.text };
  throw new NotPossible('no-button', 'button needs name, text or path');
}

const hasNamelessField = (card: unknown): boolean => validateCard(card).some(({ code }) => code === 200530);

function ownMessage(tenant: Tenant, person: Person, id: string): { message: Message; chat: Chat } {
  const found = messageFor(tenant.state, person, id);
  if (found.message.author.id !== person.id)
    throw new NotPossible('not-yours', `${id} was said by another`, 403);
  if (found.message.recalled) throw new NotPossible('recalled', `${id} was recalled`);
  return found;
}

/** Feishu tells no app of an edit; an app sees it when it reads the message again. */
export function edit(tenant: Tenant, as: string, id: string, text: string): void {
  const person = personOf(tenant.state, as);
  const { message, chat } = ownMessage(tenant, person, id);
  if (message.type !== 'text') throw new NotPossible('not-text', 'only a text can be edited');
  const kept = message.mentions.map(({ who }) => who.id);
  const read = mention(
    tenant,
    chat,
    text,
    kept.filter((other) => text.includes(`@${nameOf(tenant, message, other)}`)),
  );
  message.content = JSON.stringify({ text: read.text });
  message.mentions = read.mentions;
  message.edits += 1;
  message.updatedAt = tenant.clock.now();
  tenant.state.save(message);
  tellUpdate(tenant, message);
}

function nameOf(tenant: Tenant, message: Message, id: string): string {
  const known = message.mentions.find(({ who }) => who.id === id);
  return known ? tenant.state.nameOf(known.who) : id;
}

export function recall(tenant: Tenant, as: string, id: string): void {
  const { message, chat } = ownMessage(tenant, personOf(tenant.state, as), id);
  message.recalled = true;
  message.updatedAt = tenant.clock.now();
  tenant.state.save(message);
  tellUpdate(tenant, message, 'recall');
  for (const app of chat.apps) tenant.events.recalled(app, message);
}

export function setReaction(tenant: Tenant, as: string, id: string, emoji: string, remove: boolean): void {
  const person = personOf(tenant.state, as);
  const { message } = messageFor(tenant.state, person, id);
  if (!remove) {
    react(tenant, message, emoji, { kind: 'person', id: person.id });
    return;
  }
  const mine = reactionsOf(tenant, id).find(
    (reaction) => reaction.emoji === emoji && reaction.by.id === person.id,
  );
  if (!mine) throw new NotPossible('no-reaction', `${as} has put no ${emoji} on ${id}`);
  unreact(tenant, message, mine);
}

export function menu(tenant: Tenant, as: string, appId: string, key: string): void {
  const person = personOf(tenant.state, as);
  const app = usableApp(tenant.state, person, appId);
  if (app.menu && !app.menu.some((item) => item.key === key)) {
    throw new NotPossible('no-menu-item', `${app.name} has no menu item ${key}`, 404);
  }
  tenant.events.menu(app.appId, person, key);
}

export function enter(tenant: Tenant, as: string, appId: string): Chat {
  const person = personOf(tenant.state, as);
  const app = usableApp(tenant.state, person, appId);
  const chat = tenant.state.p2pChat(app, person, tenant.clock.now());
  tenant.events.entered(app.appId, chat, person, tenant.state.messagesOf(chat.id).at(-1));
  return chat;
}
