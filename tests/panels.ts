import type { CardData } from '../core/cards/card.js';
import type { Arrived } from './paper.js';

/** The panel that was shown last among what arrived, with the id of its card. */
export function lastPanel(arrived: readonly Arrived[]): { id: string; data: CardData<'panel'> } | undefined {
  const last = arrived.findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  return last?.out.kind === 'card' && last.out.card.template === 'panel'
    ? { id: last.id, data: last.out.card.data }
    : undefined;
}

/** Everything that stands on a panel, to look for what may and may not be there. */
export const wordsOn = (data: CardData<'panel'>): string => JSON.stringify(data);
