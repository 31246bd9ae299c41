import { shorten } from '../../core/text/shorten.js';
import type {
  ActionSet,
  ColumnSet,
  Container,
  Element,
  Execute,
  FactSet,
  Input,
  TextBlock,
} from '../adaptive.js';
import { fit } from '../measure.js';
import { actionOf, type Block, type Button, type Form, type FormField, type Row } from './card.js';
import { inert } from './inert.js';
import { CAPTION_MAX, DIGEST_LINE_MAX, TAG_MAX } from './limits.js';
import { wordColor } from './tone.js';

/** What a card's body comes to: pieces in order, then its buttons, then its form. */
export interface Body {
  blocks: Block[];
  buttons: Button[];
  form?: Form;
}

/**
 * Adaptive elements as the template's data. Buttons that stand by themselves gather below the body, where a thumb finds
 * them; those of a row stay in it. What other surfaces fold away is a digest in small print, a line for each thing said.
 *
 * @throws {Error} when a template breaks one of the conventions of `adaptive.ts`
 */
export function draw(elements: readonly Element[]): Body {
  const body: Body = { blocks: [], buttons: [] };
  drawInto(body, elements);
  number(body);
  return body;
}

function drawInto(body: Body, elements: readonly Element[]): void {
  for (let at = 0; at < elements.length; at += 1) {
    const element = elements[at];
    const next = elements[at + 1];
    if (!element) continue;
    if ('separator' in element && element.separator) line(body);
    const title = element.type === 'ActionSet' ? foldTitle(element) : undefined;
    if (title !== undefined && next?.type === 'Container') {
      fold(body, title, next);
      at += 1;
    } else if (isCaption(element) && next?.type === 'TextBlock' && next.spacing === 'none') {
      body.blocks.push(...said(element, next));
      at += 1;
    } else {
      drawOne(body, element);
    }
  }
}

function drawOne(body: Body, element: Element): void {
  switch (element.type) {
    case 'TextBlock':
      body.blocks.push(...text(element));
      return;
    case 'FactSet':
      body.blocks.push(...facts(element));
      return;
    case 'ActionSet':
      body.buttons.push(...executes(element).map(button));
      return;
    case 'ColumnSet':
      body.blocks.push(...row(element));
      return;
    case 'Container':
      container(body, element);
      return;
    default:
      throw new Error('An input stands in a container of its own');
  }
}

/** A line parts two things, so none stands first, or beside another. */
function line({ blocks }: Body): void {
  if (blocks.length > 0 && blocks.at(-1)?.kind !== 'line') blocks.push({ kind: 'line' });
}

function text(block: TextBlock): Block[] {
  if (block.text === '') return [];
  const kind = block.weight === 'bolder' ? 'bold' : block.size === 'small' ? 'small' : 'text';
  return [{ kind, text: inert(block.text), color: wordColor(block.color, block.isSubtle) }];
}

const isCaption = (element: Element): element is TextBlock =>
  element.type === 'TextBlock' && element.size === 'small' && !element.wrap;

function said(caption: TextBlock, words: TextBlock): Block[] {
  if (words.text === '') return text(caption);
  const color = wordColor(caption.color, true);
  return [{ kind: 'said', label: inert(caption.text), text: inert(words.text), color }];
}

/** Two facts beside each other; one that is left over has the line to itself. */
function facts({ facts }: FactSet): Block[] {
  const shown = facts.filter(({ value }) => value !== '');
  return Array.from({ length: Math.ceil(shown.length / 2) }, (_, at): Block => {
    const [first, second] = shown.slice(at * 2, at * 2 + 2);
    const [label, text] = [inert(first?.title ?? ''), inert(first?.value ?? '')];
    if (!second) return { kind: 'said', label, text, color: wordColor(undefined, true) };
    return { kind: 'facts', label, text, label2: inert(second.title), text2: inert(second.value) };
  });
}

/**
 * Columns of words become one below the other: the bold is the title, the small the detail, the rest the preview. No row's
 * button stands out: what is offered several times is a choice, and none of it should be suggested.
 */
function row(set: ColumnSet): Block[] {
  const items = set.columns.flatMap((column) => column.items);
  const blocks = items.flatMap((item) => (item.type === 'TextBlock' && item.text !== '' ? [item] : []));
  const mark = set.columns
    .slice(1)
    .flatMap(({ items, width }) => (width === 'auto' ? items : []))
    .find((item) => item.type === 'TextBlock');
  const words = blocks.filter((block) => block !== mark);
  const title = words.find(({ weight }) => weight === 'bolder');
  const detail = words.find((block) => block.size === 'small' && block !== title);
  const rest = words.filter((block) => block !== title && block !== detail);
  const [execute] = items.flatMap((item) => (item.type === 'ActionSet' ? executes(item) : []));
  if (words.length === 0 && !execute) return [];
  const drawn: Row = {
    kind: 'row',
    title: inert(title?.text ?? ''),
    detail: inert(detail?.text ?? ''),
    color: wordColor(detail?.color, true),
    preview: inert(rest.map((block) => block.text).join('\n')),
    mark: mark?.type === 'TextBlock' ? inert(shorten(mark.text, TAG_MAX)) : '',
    button: execute ? caption(execute.title) : '',
    button_color: 'gray',
    id: '',
    action: execute ? actionOf(execute.data.operation, execute.data.arguments) : '',
  };
  return [drawn];
}

const executes = ({ actions }: ActionSet): Execute[] =>
  actions.flatMap((action) => (action.type === 'Action.Execute' ? [action] : []));

function button({ title, style, data }: Execute): Button {
  return {
    id: '',
    text: caption(title),
    color: style === 'positive' ? 'blue' : style === 'destructive' ? 'red' : 'gray',
    action: actionOf(data.operation, data.arguments),
    ask_title: inert(data.confirm?.title ?? ''),
    ask: inert(data.confirm?.text ?? ''),
  };
}

const caption = (text: string): string => inert(fit(text, CAPTION_MAX));

/** Buttons are told apart by where they stand. */
function number({ blocks, buttons }: Body): void {
  const rows = blocks.filter((block) => block.kind === 'row').filter((one) => one.action !== '');
  for (const [at, one] of rows.entries()) one.id = `row${at + 1}`;
  for (const [at, one] of buttons.entries()) one.id = `button${at + 1}`;
}

/** A styled container gets a grey ground; one with inputs is the form; any other only groups. */
function container(body: Body, element: Container): void {
  if (holdsInput(element)) form(body, '', element);
  else if (element.style) ground(body, element);
  else drawInto(body, element.items);
}

function ground({ blocks }: Body, { items }: Container): void {
  const texts = items.flatMap((item) => (item.type === 'TextBlock' && item.text !== '' ? [item] : []));
  const label = texts.find(isCaption);
  const rest = texts.filter((block) => block !== label).map((block) => block.text);
  if (rest.length === 0) return;
  blocks.push({ kind: 'ground', label: inert(label?.text ?? ''), text: inert(rest.join('\n')) });
}

function foldTitle({ actions: [first] }: ActionSet): string | undefined {
  return first?.type === 'Action.ToggleVisibility' ? first.title : undefined;
}

function fold(body: Body, title: string, part: Container): void {
  if (holdsInput(part)) {
    form(body, title, part);
    return;
  }
  const lines = part.items.map((item) => shorten(wordsOf(item), DIGEST_LINE_MAX)).filter(Boolean);
  if (lines.length === 0) return;
  body.blocks.push({ kind: 'digest', label: inert(title), text: inert(lines.join('\n')) });
}

/** Whatever is said in it, on one line. */
function wordsOf(element: Element): string {
  if (element.type === 'TextBlock') return element.text.replace(/\s+/g, ' ').trim();
  return element.type === 'Container' ? element.items.map(wordsOf).filter(Boolean).join('  ') : '';
}

const holdsInput = ({ items }: Container) => items.some(({ type }) => type.startsWith('Input.'));

/** Something that has to be chosen where there is nothing to choose from can't be sent off, so it isn't shown. */
function form(body: Body, title: string, { items }: Container): void {
  const fields = items.flatMap((item) =>
    item.type === 'Input.Text' || item.type === 'Input.ChoiceSet' ? [field(item)] : [],
  );
  const [submit] = items.flatMap((item) => (item.type === 'ActionSet' ? executes(item) : []));
  if (!submit || body.form) throw new Error('A card has one form, and a form one button');
  if (fields.some(({ required, options }) => required && options?.length === 0)) return;
  const action = actionOf(submit.data.operation, submit.data.arguments);
  body.form = { title: inert(title), button: caption(submit.title), action, fields };
}

/** The longest text a field takes can't be said in a form; whoever reads what was sent has to mind it. */
function field(input: Input): FormField {
  const common = {
    name: input.id,
    label: inert(input.label ?? input.placeholder),
    placeholder: inert(input.placeholder),
    ...(input.isRequired ? { required: true as const } : {}),
    ...(input.errorMessage ? { requiredMsg: inert(input.errorMessage) } : {}),
  };
  const { value: begun = '' } = input;
  if (input.type === 'Input.Text') {
    const begins = begun === '' ? {} : { defaultValue: inert(begun) };
    return { ...common, type: input.isMultiline ? 'TEXT_AREA' : 'TEXT', ...begins };
  }
  const distinct = new Map(input.choices.map(({ title, value }) => [value, title || value]));
  distinct.delete('');
  const options = [...distinct].map(([value, title]) => ({ value, text: inert(title) }));
  const index = options.findIndex(({ value }) => value === begun);
  const begins = index < 0 ? {} : { defaultValue: { index, value: begun } };
  return { ...common, type: 'SELECT', options, ...begins };
}
