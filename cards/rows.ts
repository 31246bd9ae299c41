import type { CardName, CardView } from '../core/cards/card.js';

/** The list of each card that may be long, and which end of it matters when not all of it fits. */
export const lists: Partial<Record<CardName, { key: string; keep: 'first' | 'last' }>> = {
  desk: { key: 'recent', keep: 'last' },
  brief: { key: 'history', keep: 'last' },
  queue: { key: 'rows', keep: 'first' },
  mine: { key: 'rows', keep: 'first' },
  choose: { key: 'choices', keep: 'first' },
  answer: { key: 'related', keep: 'first' },
  waiting: { key: 'rows', keep: 'first' },
  transfer: { key: 'colleagues', keep: 'first' },
  quota: { key: 'rows', keep: 'first' },
  panel: { key: 'rows', keep: 'first' },
  help: { key: 'commands', keep: 'first' },
};

/** No card is better for more than this of anything else it lists: facts, closing reasons, scores, buttons. */
const OTHER_ITEMS = 12;

/** Of a long history this many lines are read at once; those before them unfold. */
const LATEST_LINES = 4;

/** A card's data with at most `max` rows in its long list, and how many rows are not shown, here or where it was made. */
export function limitRows(view: CardView, max: number): { data: Record<string, unknown>; omitted: number } {
  const data: Record<string, unknown> = { ...view.data };
  const list = lists[view.template];
  let omitted = typeof data.omitted === 'number' ? data.omitted : 0;
  for (const [key, value] of Object.entries(data)) {
    if (!Array.isArray(value)) continue;
    const limit = key === list?.key ? max : OTHER_ITEMS;
    if (value.length <= limit) continue;
    data[key] = key === list?.key && list.keep === 'last' ? value.slice(-limit) : value.slice(0, limit);
    if (key === list?.key) omitted += value.length - limit;
  }
  if (view.template === 'brief' && Array.isArray(data.history)) {
    data.earlier = data.history.slice(0, -LATEST_LINES);
    data.latest = data.history.slice(-LATEST_LINES);
  }
  return { data, omitted };
}
