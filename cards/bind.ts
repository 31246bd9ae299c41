import type { CardView } from '../core/cards/card.js';
import { text } from '../core/i18n/texts.js';
import { type AdaptiveCard, adaptiveCard } from './adaptive.js';
import { inOrder } from './order.js';
import { limitRows, lists } from './rows.js';
import { templateOf } from './templates.js';
import { cardTone, rowTone } from './tone.js';
import { wordsOf } from './words.js';

/**
 * A view's template with its data placed, as an Adaptive Card that any surface can draw. Data is only ever placed: a
 * customer's `${…}` comes out as it was typed.
 *
 * Templates hold plain paths only, which are fast and can do no harm, so what a condition or colour needs is worked out
 * here and placed beside the data: `words` of the locale, `left` (what is said about rows left out), `several` (whether the
 * long list has more than one row), and on every record
 * `is` and `not` (its state as flags, and whether it is a note), `has` and `lacks` (what is there, or not), and `tone` (the
 * colour of its urgency or author).
 *
 * @param rowsMax at most this many rows of the card's long list; what is left out is counted in `left`
 */
export function bind(view: CardView, rowsMax = Number.POSITIVE_INFINITY): AdaptiveCard {
  const card = adaptiveCard.parse(templateOf(view.template).expand({ $root: rootOf(view, rowsMax) }));
  return view.template === 'panel' ? inOrder(card) : card;
}

/** All that a template places. */
export function rootOf(view: CardView, rowsMax = Number.POSITIVE_INFINITY): object {
  const { data, omitted } = limitRows(view, rowsMax);
  const left = omitted > 0 ? whatIsLeft(view, omitted) : '';
  return {
    ...prepare({ ...data, left, several: isSeveral(view, data) }),
    tone: cardTone(view),
    words: wordsOf[view.locale],
  };
}

function isSeveral({ template }: CardView, data: Readonly<Record<string, unknown>>): boolean {
  const rows = data[lists[template]?.key ?? ''];
  return Array.isArray(rows) && rows.length > 1;
}

function whatIsLeft({ template, locale }: CardView, count: number): string {
  const key = lists[template]?.keep === 'last' ? 'card.omitted' : 'card.more';
  return text(locale, key, { count });
}

/** A record with the flags that templates ask for, and so for every record in its lists. */
function prepare(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const prepared: Record<string, unknown> = {};
  const has: Record<string, boolean> = {};
  const lacks: Record<string, boolean> = {};
  for (const [key, value] of Object.entries(record)) {
    prepared[key] = Array.isArray(value)
      ? value.map((item) => (isRecord(item) ? prepare(item) : item))
      : value;
    has[key] = Array.isArray(value) ? value.length > 0 : Boolean(value);
    lacks[key] = !has[key];
    if (key === 'state' || key === 'side' || key === 'kind') Object.assign(prepared, flagsOf(value));
    if (key === 'urgency' || key === 'side') prepared.tone = rowTone(value);
  }
  // Of a button what it may lack altogether.
  if ('operation' in record && !('confirm' in record)) Object.assign(lacks, { confirm: true });
  return { ...prepared, has, lacks };
}

const flagged = [
  'waiting',
  'active',
  'closed',
  'open',
  'sent',
  'dropped',
  'given',
  'expired',
  'note',
  'done',
  'renewed',
  'line',
  'lines',
  'choice',
];
const flagsOf = (value: unknown) => ({
  is: Object.fromEntries(flagged.map((each) => [each, each === value])),
  not: Object.fromEntries(flagged.map((each) => [each, each !== value])),
});
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
