import type { AdaptiveCard, Element } from './adaptive.js';

const ranks = { positive: 0, default: 1, destructive: 2 } as const;
type Styled = { type: string; style?: keyof typeof ranks };
const rankOf = ({ style }: Styled): number => ranks[style ?? 'default'];

/**
 * A panel as it is read: of buttons beside each other the one that stands out comes first and what destroys last, and a
 * form whose own button does not stand out comes after the buttons.
 */
export function inOrder(card: AdaptiveCard): AdaptiveCard {
  const body = card.body.map(sorted);
  const form = body.findIndex((element) => element.type === 'Container' && element.id === 'form');
  const last = body.at(-1);
  if (form < 0 || form === body.length - 1 || last?.type !== 'ActionSet' || standsOut(body[form]))
    return { ...card, body };
  return { ...card, body: [...body.slice(0, form), last, ...body.slice(form, -1)] };
}

function sorted(element: Element): Element {
  if (element.type === 'ActionSet')
    return { ...element, actions: [...element.actions].sort((a, b) => rankOf(a) - rankOf(b)) };
  return element;
}

const standsOut = (form: Element | undefined): boolean =>
  form?.type === 'Container' &&
  form.items.some(
    (item) => item.type === 'ActionSet' && item.actions.some((one) => rankOf(one) === ranks.positive),
  );
