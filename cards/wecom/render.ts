import type { CardView } from '../../core/cards/card.js';
import { bind } from '../bind.js';
import { fit } from '../measure.js';
import { limitRows } from '../rows.js';
import { type Button, buttonKey, type WecomCard } from './card.js';
import { controlsOf } from './controls.js';
import { type Lengths, lengths, OPTIONS_MAX, URL_BYTES_MAX, type Where } from './limits.js';
import { outlineOf } from './outline.js';
import { rowsOn } from './rows.js';
import { type Notice, wordsOn } from './words.js';

export interface WecomOptions {
  where: Where;
  /** Unique for ever among what one app or bot sends. Updates have none, except an AI bot's, which repeat the card's. */
  taskId?: string;
  /** What a toast would say to who clicked: WeCom has none, so it is said on the card. */
  notice?: Notice;
  /** In an update: what the one dead label says when nothing can be pressed any more and there is no page to open. */
  replaced?: string;
}

/**
 * A view as a template card that WeCom accepts, whatever people typed. Each kind of thing has its place there:
 *
 * - the first line: how things stand, in the colour of the card's urgency; the title: whom or what it is about
 * - the quote: the customer's last words, of a list those of its first, or what is to be sent to them; the paragraph: why the card is there
 * - six rows: facts or the rest of the list, most important first; the last of them lead to the page, where all is
 * - one dropdown, and buttons: the one next action first, what destroys last
 *
 * The card opens its page wherever it is touched. Without anything to press it is a notice, which has to open something.
 *
 * @returns undefined when it can be neither pressed nor opened: then its plain words say more
 */
export function renderWecom(view: CardView, options: WecomOptions): WecomCard | undefined {
  const room = lengths[options.where];
  const page = view.page && Buffer.byteLength(view.page) <= URL_BYTES_MAX ? view.page : undefined;
  const outline = outlineOf(bind(view, OPTIONS_MAX));
  const canPress = options.where !== 'webhook';
  const controls = controlsOf(canPress ? outline : { ...outline, rows: [], actions: [] }, room, view.locale);
  const { isWhole, ...words } = wordsOn(outline, room, {
    notice: options.notice,
    hasPage: page !== undefined,
    locale: view.locale,
  });
  const isAll =
    isWhole &&
    controls.isWhole &&
    (outline.rows.length + outline.actions.length === 0 || limitRows(view, OPTIONS_MAX).omitted === 0) &&
    (canPress || outline.actions.length === 0);
  const rows = rowsOn(outline, room, { locale: view.locale, page, isAll });
  const common = {
    ...(options.taskId && { task_id: options.taskId }),
    ...words,
    ...(rows.length > 0 && { horizontal_content_list: rows }),
    ...(page && { card_action: { type: 1 as const, url: page } }),
  };
  const { card_action: opens } = common;
  if (controls.buttons.length > 0) {
    const { selection, buttons } = controls;
    const dropdown = selection && { button_selection: selection };
    return { card_type: 'button_interaction', ...common, ...dropdown, button_list: buttons };
  }
  if (opens) return { card_type: 'text_notice', ...common, card_action: opens };
  if (options.replaced === undefined) return undefined;
  const dead = deadButton(options.replaced, room);
  return { card_type: 'button_interaction', ...common, button_list: [dead], replace_text: dead.text };
}

/** A card of buttons has a button, also where all that is seen of it is the label in its place. */
const deadButton = (caption: string, room: Lengths): Button => ({
  text: fit(caption, room.button) || '…',
  style: 2,
  key: buttonKey({ operation: 'card.settled', arguments: {} }),
});
