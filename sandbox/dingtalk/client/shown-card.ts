import { type Drawing, drawCard } from '../card/draw.js';
import { readTemplate, type TemplateFile } from '../card/template.js';
import type { State } from '../state.js';
import type { Chat, Message, Person } from '../world.js';

const kept = new WeakMap<object, { source: string; file: TemplateFile }>();

/** A template, read once: one screen of messages draws the same one many times. */
function templateOf(state: State, id: string): TemplateFile | undefined {
  const template = state.templates.get(id);
  if (template?.source === undefined) return undefined;
  const known = kept.get(template);
  if (known?.source === template.source) return known.file;
  const file = readTemplate(template.source);
  kept.set(template, { source: template.source, file });
  return file;
}

export interface ShownCard {
  outTrackId: string;
  /** The line in the chat list. */
  summary: string;
  drawing: Drawing;
}

/** The card in a message as one viewer's client draws it; absent when its template is gone. */
export function shownCard(state: State, message: Message, chat: Chat, viewer: Person): ShownCard | undefined {
  const card = message.card === undefined ? undefined : state.cards.get(message.card);
  const file = card && templateOf(state, card.template);
  if (!card || !file) return undefined;
  const names = Object.entries(card.at).map(([id, person]) => [id, state.people.get(person)?.name ?? id]);
  const drawing = drawCard(file, {
    ...{ cardData: card.cardData, privateData: card.privateData[viewer.id] },
    at: Object.fromEntries(names),
  });
  const line = card.lastMessage[chat.kind === 'group' ? 'IM_GROUP' : 'IM_ROBOT'];
  return { outTrackId: card.outTrackId, summary: line || drawing.summary || '[卡片]', drawing };
}
