import { oneLine, shorten, withoutDirectionMarks } from '../core/text/shorten.js';
import type { ActionSet, AdaptiveCard, Element } from './adaptive.js';

/** Most characters of a text on one line, a fact, and a caption; nobody reads further at a glance. */
const LINE_MAX = 80;
const FACT_TITLE_MAX = 20;
const FACT_MAX = 200;
const CAPTION_MAX = 40;

/**
 * The card with every text short enough to be drawn: paragraphs to `paragraphMax` characters, the rest to one line of
 * fixed length. What buttons carry is not text and stays as it is.
 */
export function shortenTexts(card: AdaptiveCard, paragraphMax: number): AdaptiveCard {
  return { ...card, body: card.body.map((element) => shortened(element, paragraphMax)) };
}

function shortened(element: Element, max: number): Element {
  const line = (text: string, limit: number) =>
    shorten(oneLine(withoutDirectionMarks(text)), Math.min(limit, max));
  switch (element.type) {
    case 'TextBlock':
      return {
        ...element,
        text: element.wrap
          ? shorten(withoutDirectionMarks(element.text).trim(), max)
          : line(element.text, LINE_MAX),
      };
    case 'FactSet':
      return {
        ...element,
        facts: element.facts.map(({ title, value }) => ({
          title: line(title, FACT_TITLE_MAX),
          value: line(value, FACT_MAX),
        })),
      };
    case 'Input.ChoiceSet':
      return {
        ...element,
        choices: element.choices.map(({ title, value }) => ({ title: line(title, CAPTION_MAX), value })),
      };
    case 'Input.Text':
      return element;
    case 'ActionSet':
      return {
        ...element,
        actions: element.actions.map((action) => captioned(action, line(action.title, CAPTION_MAX))),
      };
    case 'Container':
      return { ...element, items: element.items.map((item) => shortened(item, max)) };
    case 'ColumnSet':
      return {
        ...element,
        columns: element.columns.map((column) => ({
          ...column,
          items: column.items.map((item) => shortened(item, max)),
        })),
      };
  }
}

const captioned = (action: ActionSet['actions'][number], title: string): ActionSet['actions'][number] => ({
  ...action,
  title: title || '…',
});
