import type { AdaptiveCard, Element, Execute } from '../../../adaptive.js';

export type Confirm = NonNullable<Execute['data']['confirm']>;

/** A card made ready for the renderer, and what its buttons ask for, by the ids they were given. */
export interface Prepared {
  card: object;
  requests: Map<string, { data: Execute['data']; inForm: boolean }>;
}

/**
 * Four things the renderer of Adaptive Cards would do otherwise: ids would meet those of other cards on the page, a
 * button outside a form would insist on the form being filled, `{{DATE(…)}}` in a text would be computed, and a long
 * title would be cut after its first line.
 *
 * @param prefix of all ids, different for each card on a page
 * @param values what the inputs begin with, by their ids
 */
export function prepare(
  card: AdaptiveCard,
  prefix: string,
  values: Readonly<Record<string, string>> = {},
): Prepared {
  const requests: Prepared['requests'] = new Map();
  let unnamed = 0;
  const nextId = (kind: 'ground' | 'part') => {
    unnamed += 1;
    return `${kind}${unnamed}`;
  };

  function element(given: Element, inForm: boolean): object {
    switch (given.type) {
      case 'TextBlock':
        return { ...given, ...(given.style && { wrap: true, maxLines: 2 }), text: literal(given.text) };
      case 'FactSet':
        return {
          ...given,
          facts: given.facts.map(({ title, value }) => ({ title: literal(title), value: literal(value) })),
        };
      case 'Input.Text':
      case 'Input.ChoiceSet':
        return { ...given, id: prefix + given.id, value: values[given.id] ?? given.value ?? '' };
      case 'ActionSet':
        return { ...given, actions: given.actions.map((each) => action(each, inForm)) };
      case 'ColumnSet':
        return {
          ...given,
          columns: given.columns.map((column) => ({
            ...column,
            items: column.items.map((item) => element(item, inForm)),
          })),
        };
      case 'Container': {
        const form = inForm || given.items.some(({ type }) => type.startsWith('Input.'));
        const begun = given.items.some(
          (item) => 'id' in item && item.type !== 'Container' && values[item.id ?? ''],
        );
        return {
          ...given,
          ...(begun && { isVisible: true }),
          id: prefix + (given.id ?? nextId(given.style ? 'ground' : 'part')),
          items: given.items.map((item) => element(item, form)),
        };
      }
    }
  }

  function action(
    given: Extract<Element, { type: 'ActionSet' }>['actions'][number],
    inForm: boolean,
  ): object {
    if (given.type === 'Action.ToggleVisibility') {
      return { ...given, targetElements: given.targetElements.map((id) => prefix + id) };
    }
    const id = `${prefix}${requests.size}`;
    requests.set(id, { data: given.data, inForm });
    return { ...given, data: {}, id, associatedInputs: inForm ? 'auto' : 'none' };
  }

  return { card: { ...card, body: card.body.map((each) => element(each, false)) }, requests };
}

/** An invisible joiner keeps `{{` from being read as the start of a date. */
const literal = (text: string) => text.replaceAll('{{', '{\u2060{');
