import { NotPossible } from '../../control/refusal.js';
import { type ClickResult, sendPress } from '../card/click.js';
import { NotPressable } from '../card/not-pressable.js';
import { type Press, press, type Selector } from '../card/press.js';
import { tell } from '../robot/posting.js';
import type { Tenant } from '../tenant.js';
import type { Chat, Message } from '../world.js';
import { messageFor, personOf, usableApp } from './lookup.js';
import { say } from './say.js';
import { shownCard } from './shown-card.js';

const RECALL_MS = 24 * 60 * 60 * 1000;
const SAYS = 'dtmd://dingtalkclient/sendMessage?';

export interface Click {
  as: string;
  message: string;
  button: Selector | undefined;
  value: unknown;
  form: Record<string, unknown> | undefined;
}

export async function click(tenant: Tenant, given: Click): Promise<ClickResult & { url?: string }> {
  const { state } = tenant;
  const person = personOf(state, given.as);
  const { message, chat } = messageFor(state, person, given.message);
  if (message.recalled) throw new NotPossible('recalled', `${message.id} was recalled`);
  if (message.type === 'actionCard') return follow(tenant, given, message, chat);
  const card = message.card === undefined ? undefined : state.cards.get(message.card);
  const shown = shownCard(state, message, chat, person);
  const app = card && state.apps.get(card.app);
  if (!card || !shown || !app) throw new NotPossible('not-a-card', `${message.id} is no card`);
  const { action, source } = pressed(() => press(shown.drawing, given.button, given.form));
  switch (action.kind) {
    case 'request':
      return sendPress(tenant, { card, message, chat, app, person }, action, source);
    case 'toast':
      return { toast: action.toast, cardUpdated: false };
    case 'link':
      return openLink(tenant, given.as, chat, action.url);
    default:
      return { cardUpdated: false };
  }
}

function pressed(choose: () => Press): Press {
  try {
    return choose();
  } catch (error) {
    if (error instanceof NotPressable) throw new NotPossible('not-pressable', error.message);
    throw error;
  }
}

/** A button of an ActionCard, which only leads somewhere. */
function follow(
  tenant: Tenant,
  { as, button }: Click,
  message: Message,
  chat: Chat,
): ClickResult & { url?: string } {
  const buttons = Array.isArray(message.content.buttons) ? message.content.buttons : [];
  const at = button?.path?.[0];
  const found = buttons.find(({ title }, index) =>
    at === undefined ? title === button?.text : index === at,
  );
  if (!found)
    throw new NotPossible('not-pressable', `the card has ${buttons.map(({ title }) => title).join(', ')}`);
  return openLink(tenant, as, chat, String(found.url));
}

/** A `dtmd` link makes the client say its text as the person. Source: faq-robot; the card examples' maintainers. */
function openLink(tenant: Tenant, as: string, chat: Chat, url: string): ClickResult & { url?: string } {
  if (!url.startsWith(SAYS)) return url === '' ? { cardUpdated: false } : { cardUpdated: false, url };
  const text = new URLSearchParams(url.slice(SAYS.length)).get('content') ?? '';
  if (text !== '') {
    const robots = chat.kind === 'group' ? chat.robots.slice(0, 1) : [];
    say(tenant, {
      ...{ as, chat: chat.id, text, mention: robots },
      ...{ bot: undefined, image: undefined, file: undefined, quote: undefined },
      ...{ thread: undefined, newTopic: undefined, platform: undefined },
    });
  }
  return { cardUpdated: false };
}

export function recall(tenant: Tenant, as: string, id: string): void {
  const person = personOf(tenant.state, as);
  const { message } = messageFor(tenant.state, person, id);
  if (message.author.kind !== 'person' || message.author.id !== person.id)
    throw new NotPossible('not-own', 'only one’s own messages can be recalled');
  if (message.at < tenant.clock.now() - RECALL_MS)
    throw new NotPossible('too-old', 'messages can be recalled for 24 hours');
  message.recalled = true;
  tenant.state.save(message);
  tell(tenant, message, 'recall');
}

export function enter(tenant: Tenant, as: string, appKey: string): Chat {
  const person = personOf(tenant.state, as);
  return tenant.state.p2pChat(usableApp(tenant.state, person, appKey), person, tenant.clock.now());
}
