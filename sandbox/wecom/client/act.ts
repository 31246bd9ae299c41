import type { MenuItem } from '../../control/platform.js';
import { NotPossible } from '../../control/refusal.js';
import type { Told } from '../callback/callbacks.js';
import { type Press, pressOn, type Selector } from '../card/press.js';
import type { Corp } from '../corp.js';
import { tellChange } from '../message/posting.js';
import { issueCode } from '../message/send.js';
import type { App, Chat, Message, Person } from '../world.js';
import { messageFor, personOf, usable } from './lookup.js';
import { say } from './say.js';

type Click = {
  as: string;
  message: string;
  button: Selector | undefined;
  value: unknown;
  form: Record<string, unknown> | undefined;
};

/** A person presses something on their copy of a card and waits for what comes of it. */
export async function click(corp: Corp, given: Click): Promise<Record<string, unknown>> {
  const person = personOf(corp.state, given.as);
  const { message, chat } = messageFor(corp.state, person, given.message);
  if (!message.card) throw new NotPossible('no-card', `${message.id} is not a card`);
  if (message.recalled) throw new NotPossible('recalled', `${message.id} was recalled`);
  const press = pressOn(corp.cards.copyOf(message, person.id), given.button, given);
  if (press.does === 'open') return { cardUpdated: false, url: press.url };
  if (press.does === 'ask') {
    say(corp, asked(person, chat, message, press.question));
    return { cardUpdated: false };
  }
  return resultOf(await call(corp, person, message, chat, press));
}

/** A jump of an AI bot's card that asks it something, in the name of whoever presses. */
const asked = (person: Person, chat: Chat, { author }: Message, text: string): Parameters<typeof say>[1] => ({
  ...{ as: person.id, chat: chat.id, text },
  ...(chat.kind === 'group' ? { mention: [author.id] } : {}),
});

function call(
  corp: Corp,
  person: Person,
  message: Message,
  chat: Chat,
  press: Extract<Press, { does: 'call' }>,
): Promise<Told> {
  const bot = corp.state.aibots.get(message.author.id);
  if (bot) return corp.bots.pressed(bot, chat, person, message, press);
  const app = corp.state.apps.get(message.author.id);
  const sent = corp.state.sends.get(message.send ?? '');
  if (!app || !sent) throw new NotPossible('not-pressable', 'nobody hears of this card');
  const items = press.selected.map(({ question, options }) => ({
    QuestionKey: question,
    OptionIds: { OptionId: options },
  }));
  return corp.events.pressed(app, person, {
    message,
    event: press.menu ? 'template_card_menu_event' : 'template_card_event',
    fields: {
      EventKey: press.key,
      TaskId: sent.taskId ?? '',
      CardType: String(corp.cards.copyOf(message, person.id).card_type),
      ResponseCode: issueCode(corp, sent),
      ...(items.length > 0 ? { SelectedItems: { SelectedItem: items } } : {}),
    },
  });
}

/** WeCom's client says in words that nobody took the press; this number is the sandbox's own. */
const NOT_TAKEN = 1;

function resultOf({ outcome, applied }: Told): Record<string, unknown> {
  if (!outcome.ok) return { cardUpdated: false, errorCode: NOT_TAKEN, error: outcome.reason };
  return { cardUpdated: applied?.cardUpdated ?? false, ...(applied?.error ? { error: applied.error } : {}) };
}

export function recall(corp: Corp, as: string, id: string): void {
  const person = personOf(corp.state, as);
  const { message } = messageFor(corp.state, person, id);
  if (message.author.id !== person.id) throw new NotPossible('not-yours', `${id} was said by another`, 403);
  if (message.recalled) throw new NotPossible('recalled', `${id} was recalled`);
  message.recalled = true;
  corp.state.save(message);
  tellChange(corp, message, 'recall');
}

/** 赞 and 踩 under an AI bot's answer. */
export function judge(corp: Corp, as: string, id: string, emoji: string, remove: boolean): void {
  const person = personOf(corp.state, as);
  const { message, chat } = messageFor(corp.state, person, id);
  const bot = corp.state.aibots.get(message.author.id);
  if (!bot || !message.feedback) throw new NotPossible('no-reactions', `${id} cannot be judged`);
  if (emoji !== 'THUMBSUP' && emoji !== 'THUMBSDOWN')
    throw new NotPossible('no-reactions', 'an answer takes THUMBSUP and THUMBSDOWN');
  corp.bots.judged(bot, chat, person, message, remove ? 3 : emoji === 'THUMBSUP' ? 1 : 2);
}

export function menu(corp: Corp, as: string, appId: string, key: string): void {
  const person = personOf(corp.state, as);
  usable(corp.state, person, appId);
  const app = corp.state.apps.get(appId);
  const item = app && flat(corp.state.menuOf(app)).find((each) => (each.key ?? each.url) === key);
  if (!app || !item) throw new NotPossible('no-menu-item', `${appId} has no menu item ${key}`, 404);
  const chat = chatWith(corp, app, person);
  corp.events.menu(app, person, chat.id, item.key === undefined ? 'view' : 'click', key);
}

const flat = (items: readonly MenuItem[]): MenuItem[] =>
  items.flatMap((item) => [item, ...flat(item.items ?? [])]);

const chatWith = ({ state, clock }: Corp, app: App, person: Person): Chat =>
  state.p2pChat(String(app.agentId), app.name, person, clock.now());

export function enter(corp: Corp, as: string, id: string): string {
  const person = personOf(corp.state, as);
  const { name } = usable(corp.state, person, id);
  const app = corp.state.apps.get(id);
  const bot = corp.state.aibots.get(id);
  const chat = corp.state.p2pChat(id, name, person, corp.clock.now());
  if (app) corp.events.entered(app, person, chat.id);
  if (bot) corp.bots.entered(bot, chat, person);
  return chat.id;
}
