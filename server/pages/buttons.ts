import { createHash } from 'node:crypto';
import type { AdaptiveCard, Element, Execute, Input } from '../../cards/adaptive.js';
import { storable } from '../../core/text/storable.js';

/** A button of a bound card: what it asks for, and the inputs that go with it. */
export interface Button {
  operation: string;
  arguments: Execute['data']['arguments'];
  inputs: readonly Input[];
}

/**
 * The buttons of a card by a print of what they ask for. A page sends the print back and not the thing itself, so nothing
 * can be asked for but what the card offers now; and a list whose rows have moved meanwhile leads to no other row.
 */
export function buttonsOf(card: AdaptiveCard): Map<string, Button> {
  const found = new Map<string, Button>();
  const walk = (element: Element, form: readonly Input[]): void => {
    if (element.type === 'ColumnSet')
      for (const item of element.columns.flatMap(({ items }) => items)) walk(item, form);
    if (element.type === 'Container') {
      const here = element.items.some(isInput) ? inputsIn(element) : form;
      for (const item of element.items) walk(item, here);
    }
    if (element.type !== 'ActionSet') return;
    for (const action of element.actions) {
      if (action.type !== 'Action.Execute') continue;
      const { operation, arguments: given } = action.data;
      found.set(printOf(action.data), { operation, arguments: given, inputs: form });
    }
  };
  for (const element of card.body) walk(element, []);
  return found;
}

/** The card as a page gets it: its buttons name prints, and tell nothing of what they stand for. */
export const withPrints = (card: AdaptiveCard): AdaptiveCard =>
  rebuilt(card, (element) =>
    element.type === 'ActionSet'
      ? {
          ...element,
          actions: element.actions.map((action) =>
            action.type === 'Action.Execute'
              ? { ...action, data: { ...action.data, operation: printOf(action.data), arguments: {} } }
              : action,
          ),
        }
      : element,
  );

/** Whoever opens a page came for its form: if there is one only, it is not folded away. */
export function withFormOpen(card: AdaptiveCard): AdaptiveCard {
  const [form, ...others] = formIds(card.body);
  if (form === undefined || others.length > 0) return card;
  return rebuilt(card, (element) =>
    element.type === 'Container' && element.id === form ? { ...element, isVisible: true } : element,
  );
}

/** The card to read only: without its forms, its buttons, and what unfolds a form. */
export function readOnly(card: AdaptiveCard): AdaptiveCard {
  const forms = new Set(formIds(card.body));
  return rebuilt(card, (element) => {
    if (isInput(element)) return undefined;
    if (element.type === 'Container' && element.items.some(isInput)) return undefined;
    if (element.type !== 'ActionSet') return element;
    const actions = element.actions.filter(
      (action) => action.type === 'Action.ToggleVisibility' && !forms.has(action.targetElements[0]),
    );
    return actions.length > 0 ? { ...element, actions } : undefined;
  });
}

/** A form as the card allows it: its own fields and no others, within their limits. `wrong`: what to tell who filled it in. */
export function formOf(
  { inputs }: Button,
  given: Readonly<Record<string, string>>,
): { form: Record<string, string> } | { wrong: string } {
  const form: Record<string, string> = {};
  for (const input of inputs) {
    const value = storable(Object.hasOwn(given, input.id) ? (given[input.id] ?? '') : '');
    if (value.trim() !== '') form[input.id] = value;
    const fits = value.trim() === '' ? !input.isRequired : isAllowed(input, value);
    if (!fits) return { wrong: input.errorMessage ?? input.label ?? input.placeholder };
  }
  return { form };
}

const isAllowed = (input: Input, value: string): boolean =>
  input.type === 'Input.Text'
    ? value.length <= input.maxLength
    : input.choices.some((choice) => choice.value === value);

function printOf({ operation, arguments: given }: Execute['data']): string {
  const sorted = Object.entries(given).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([operation, sorted]))
    .digest('base64url')
    .slice(0, 22);
}

const isInput = (element: Element): element is Input =>
  element.type === 'Input.Text' || element.type === 'Input.ChoiceSet';

const childrenOf = (element: Element): readonly Element[] =>
  element.type === 'Container'
    ? element.items
    : element.type === 'ColumnSet'
      ? element.columns.flatMap(({ items }) => items)
      : [];

const inputsIn = (element: Element): Input[] =>
  isInput(element) ? [element] : childrenOf(element).flatMap(inputsIn);

/** Of the containers that hold inputs. */
const formIds = (elements: readonly Element[]): string[] =>
  elements.flatMap((element) => [
    ...(element.type === 'Container' && element.id !== undefined && element.items.some(isInput)
      ? [element.id]
      : []),
    ...formIds(childrenOf(element)),
  ]);

/** The card with every element changed, or left out; a container that has nothing left in it goes as well. */
function rebuilt(card: AdaptiveCard, change: (element: Element) => Element | undefined): AdaptiveCard {
  const each = (elements: readonly Element[]): Element[] => elements.flatMap((one) => around(one));
  const around = (element: Element): Element[] => {
    const changed = change(element);
    if (changed?.type === 'Container') {
      const items = each(changed.items);
      return items.length > 0 ? [{ ...changed, items }] : [];
    }
    if (changed?.type === 'ColumnSet') {
      const columns = changed.columns.map((column) => ({ ...column, items: each(column.items) }));
      return [{ ...changed, columns }];
    }
    return changed ? [changed] : [];
  };
  return { ...card, body: each(card.body) };
}
