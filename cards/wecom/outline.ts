import type {
  ActionSet,
  AdaptiveCard,
  ColumnSet,
  Container,
  Element,
  Execute,
  FactSet,
  Input,
  TextBlock,
  Tone,
} from '../adaptive.js';
import { line, tidy } from '../measure.js';

/**
 * What a card has to say, apart from how it is laid out: a template card has a fixed place for each kind of thing, so a
 * layout can't be translated, only what stands in it.
 */
export interface Outline {
  tone: Tone;
  title: string;
  subtitle: string;
  tags: string[];
  facts: FactSet['facts'];
  said: Said[];
  paragraphs: string[];
  /** Small print: where something is from, how to go on. */
  notes: string[];
  rows: Row[];
  /** What is said of rows that are left out. */
  left: string;
  actions: Action[];
  /** Labels of the text fields, which only the page has. */
  fields: string[];
  /** Titles of the parts that fold, which only the page unfolds. */
  folded: string[];
}

/** Words under a label: a reason, a draft, or a line of the conversation under "who · when". */
export interface Said {
  label: string;
  text: string;
  /** It stands on a ground of its own: what the card is about rather than a line of the talk. */
  stressed: boolean;
  byCustomer: boolean;
}

/** One of several alike: its name, what is said of it, and its button. */
export interface Row {
  name: string;
  tags: string[];
  details: string[];
  /** The list is in the order of urgency, which colours its rows: the first is the one to begin with. */
  isRanked: boolean;
  action?: Execute;
}

export interface Action {
  execute: Execute;
  /** The small heading it stands under. */
  heading: string;
  /** What has to be chosen before it, in the same form. */
  choices: ChoiceSet[];
}
export type ChoiceSet = Extract<Input, { type: 'Input.ChoiceSet' }>;

/** @throws {Error} when a template breaks one of the conventions of `adaptive.ts` */
export function outlineOf({ body: [head, ...rest] }: AdaptiveCard): Outline {
  if (head?.type !== 'Container' || head.id !== 'header') throw new Error('A card begins with its header');
  const [first, second] = head.items.flatMap((item) => (item.type === 'ColumnSet' ? item.columns : []));
  const [title = '', subtitle = ''] = wordsIn(first?.items);
  const outline: Outline = {
    tone: head.style ?? 'default',
    title,
    subtitle,
    tags: wordsIn(second?.items),
    facts: [],
    said: [],
    paragraphs: [],
    notes: [],
    rows: [],
    left: '',
    actions: [],
    fields: [],
    folded: [],
  };
  read(rest, outline, false);
  return outline;
}

const wordsIn = (elements: readonly Element[] = []): string[] =>
  elements
    .flatMap((element) => (element.type === 'TextBlock' ? [line(element.text)] : []))
    .filter((words) => words !== '');

function read(elements: readonly Element[], outline: Outline, stressed: boolean): void {
  let heading = '';
  const choices = elements.flatMap((element) =>
    element.type === 'Input.ChoiceSet' ? [withTidyTitles(element)] : [],
  );
  // What can't be sent without words that are typed is sent from the page; what there is nothing to choose for, not at all.
  const isTyped = elements.some((element) => element.type === 'Input.Text' && element.isRequired);
  const isVain = choices.some((choice) => choice.isRequired && choice.choices.length === 0);
  for (let at = 0; at < elements.length; at += 1) {
    const element = elements[at];
    const next = elements[at + 1];
    if (!element) continue;
    switch (element.type) {
      case 'TextBlock':
        if (isLabelOf(element, next)) {
          outline.said.push({
            label: line(element.text),
            text: tidy(next.text),
            stressed,
            byCustomer: element.color === 'accent',
          });
          at += 1;
        } else if (isSmallPrint(element) && at === 0) heading = line(element.text);
        else readText(element, outline, elements[at - 1]);
        break;
      case 'FactSet':
        outline.facts.push(...factsIn(element));
        break;
      case 'ColumnSet':
        outline.rows.push(rowOf(element));
        break;
      case 'ActionSet':
        if (next?.type === 'Container' && foldTitle(element) !== undefined) {
          if (holdsInput(next)) read(next.items, outline, false);
          else outline.folded.push(foldTitle(element) ?? '');
          at += 1;
        } else if (!isTyped && !isVain) {
          outline.actions.push(...executesIn(element).map((execute) => ({ execute, heading, choices })));
        }
        break;
      case 'Container':
        read(element.items, outline, element.style !== undefined);
        break;
      case 'Input.ChoiceSet':
        break;
      case 'Input.Text':
        if (!isVain) outline.fields.push(line(element.label ?? element.placeholder));
        break;
    }
  }
}

/** A small line close above the words that it is about. */
const isLabelOf = (label: TextBlock, next: Element | undefined): next is TextBlock =>
  label.size === 'small' && next?.type === 'TextBlock' && next.spacing === 'none' && next.wrap === true;

const isSmallPrint = (block: TextBlock): boolean => block.size === 'small' && block.isSubtle === true;

function readText(block: TextBlock, outline: Outline, before: Element | undefined): void {
  const endsList = before?.type === 'ColumnSet' || before?.type === 'ActionSet';
  const text = block.wrap ? tidy(block.text) : line(block.text);
  if (text === '') return;
  if (isSmallPrint(block) && !block.wrap && endsList) outline.left = text;
  else if (isSmallPrint(block) || block.color === 'accent') outline.notes.push(text);
  else if (text !== outline.title) outline.paragraphs.push(text);
}

function rowOf({ columns: [first, ...others] }: ColumnSet): Row {
  const [name = '', ...details] = wordsIn(first?.items);
  const beside = others.filter(({ width }) => width === 'stretch').flatMap(({ items }) => wordsIn(items));
  const tags = others.filter(({ width }) => width === 'auto').flatMap(({ items }) => wordsIn(items));
  const [action] = others.flatMap(({ items }) =>
    items.flatMap((item) => (item.type === 'ActionSet' ? executesIn(item) : [])),
  );
  const isRanked =
    first?.items.some(
      (item) => item.type === 'TextBlock' && item.color !== undefined && item.color !== 'default',
    ) ?? false;
  return { name, tags, details: [...details, ...beside], isRanked, ...(action && { action }) };
}

const executesIn = ({ actions }: ActionSet): Execute[] =>
  actions.flatMap((action) =>
    action.type === 'Action.Execute' ? [{ ...action, title: line(action.title) }] : [],
  );

const withTidyTitles = (set: ChoiceSet): ChoiceSet => ({
  ...set,
  choices: set.choices.map(({ title, value }) => ({ title: line(title), value })),
});

const factsIn = ({ facts }: FactSet): FactSet['facts'] =>
  facts
    .map(({ title, value }) => ({ title: line(title), value: line(value) }))
    .filter(({ value }) => value !== '');

const foldTitle = ({ actions: [first] }: ActionSet): string | undefined =>
  first?.type === 'Action.ToggleVisibility' ? first.title : undefined;

const holdsInput = ({ items }: Container): boolean => items.some(({ type }) => type.startsWith('Input.'));
