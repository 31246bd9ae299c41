import { shorten } from '../../core/text/shorten.js';
import type {
  ActionSet,
  Column,
  ColumnSet,
  Container,
  Element,
  Execute,
  FactSet,
  Input,
  TextBlock,
  Tone,
} from '../adaptive.js';
import * as feishu from './card.js';
import { escapeMarkdown } from './escape.js';
import { CAPTION_MAX, INPUT_MAX } from './limits.js';

/** Where an element stands: forms stand in the body only, a button in a form submits it, and columns are drawn tighter. */
type Place = { in: 'body' } | { in: 'panel' } | { in: 'column' } | { in: 'form'; form: string };

/**
 * Adaptive elements as Feishu elements. An element without anything to show is left out: Feishu refuses empty ones.
 *
 * @throws {Error} when a template breaks one of the conventions of `adaptive.ts`
 */
export function draw(elements: readonly Element[], place: Place): feishu.FeishuElement[] {
  const drawn: feishu.FeishuElement[] = [];
  for (let at = 0; at < elements.length; at += 1) {
    const element = elements[at];
    const next = elements[at + 1];
    if (!element) continue;
    const title = element.type === 'ActionSet' ? foldTitle(element) : undefined;
    if (title !== undefined && next?.type === 'Container') {
      drawn.push(...fold(title, next, place));
      at += 1;
    } else {
      const parts = drawOne(element, place);
      drawn.push(...(drawn.length > 0 ? separated(element, parts) : parts));
    }
  }
  return drawn;
}

function drawOne(element: Element, place: Place): feishu.FeishuElement[] {
  switch (element.type) {
    case 'TextBlock':
      return text(element, place);
    case 'FactSet':
      return facts(element);
    case 'Input.Text':
    case 'Input.ChoiceSet':
      return [...labelOf(element), input(element)];
    case 'ActionSet':
      return buttons(element, place);
    case 'ColumnSet':
      return columns(element, place);
    case 'Container':
      return container(element, place);
  }
}

function separated(element: Element, drawn: feishu.FeishuElement[]): feishu.FeishuElement[] {
  const wanted = 'separator' in element && element.separator && drawn.length > 0;
  return wanted ? [{ tag: 'hr' }, ...drawn] : drawn;
}

const textColors: Record<Tone, feishu.TextColor> = {
  default: 'default',
  emphasis: 'grey',
  accent: 'blue',
  good: 'green',
  warning: 'orange',
  attention: 'red',
};

/** Bold exists in Markdown only, so bold text is one escaped line of it; all other text is plain. */
function text(block: TextBlock, place: Place): feishu.FeishuElement[] {
  if (block.text === '') return [];
  const text_size = block.size === 'small' ? 'notation' : 'normal';
  const margin = block.spacing === 'none' && place.in !== 'column' ? { margin: NEAR } : {};
  if (block.weight === 'bolder') {
    const bold = `**${escapeMarkdown(block.text.replace(/\s+/g, ' '))}**`;
    const color = block.color && block.color !== 'default' ? textColors[block.color] : undefined;
    const content = color ? `<font color='${color}'>${bold}</font>` : bold;
    return [{ tag: 'markdown', content, text_size, ...margin }];
  }
  const tinted = block.color ?? 'default';
  const text_color = tinted === 'default' && block.isSubtle ? 'grey' : textColors[tinted];
  const lines = block.wrap ? block.maxLines : 1;
  const shown = { ...feishu.plain(block.text), text_size, text_color, ...(lines ? { lines } : {}) } as const;
  return [{ tag: 'div', text: shown, ...margin }];
}

/** Elements stand 8px apart; what belongs to the line above it moves up to it. */
export const SPACING = '8px';
const NEAR = '-6px 0px 0px 0px';

/** Pairs of a small grey label and its value, two beside each other on every screen. */
function facts({ facts }: FactSet): feishu.FeishuElement[] {
  const cells = facts
    .filter(({ value }) => value !== '')
    .map(({ title, value }) =>
      cell([
        ...text({ type: 'TextBlock', text: title, size: 'small', isSubtle: true }, { in: 'column' }),
        ...text({ type: 'TextBlock', text: value, wrap: true }, { in: 'column' }),
      ]),
    );
  const pairs = Array.from({ length: Math.ceil(cells.length / 2) }, (_, at) =>
    cells.slice(at * 2, at * 2 + 2),
  );
  return pairs.map((columns) => ({ tag: 'column_set', flex_mode: 'none', columns }));
}

const cell = (elements: feishu.FeishuElement[]): feishu.Column => ({
  tag: 'column',
  width: 'weighted',
  weight: 1,
  vertical_spacing: '2px',
  elements,
});

/** Feishu's dropdowns have no label of their own. What their placeholder says needs none, while it can be seen. */
const labelOf = ({ type, label = '', placeholder, value = '' }: Input): feishu.FeishuElement[] =>
  type === 'Input.Text' || label === '' || (label === placeholder && value === '')
    ? []
    : text({ type: 'TextBlock', text: label, size: 'small', isSubtle: true }, { in: 'column' });

function input(element: Input): feishu.FeishuElement {
  const required = element.isRequired ? { required: true } : {};
  const placeholder = feishu.plain(element.placeholder);
  if (element.type === 'Input.ChoiceSet') {
    const options = distinct(element.choices).map(({ title, value }) => ({
      text: caption(title || value),
      value,
    }));
    const chosen = options.some(({ value }) => value === element.value) ? element.value : undefined;
    const begun = chosen === undefined ? {} : { initial_option: chosen };
    return {
      tag: 'select_static',
      name: element.id,
      placeholder,
      options,
      width: 'fill',
      ...begun,
      ...required,
    };
  }
  return {
    tag: 'input',
    name: element.id,
    input_type: element.isMultiline ? 'multiline_text' : 'text',
    max_length: Math.min(element.maxLength, INPUT_MAX),
    placeholder,
    ...(element.value ? { default_value: element.value.slice(0, INPUT_MAX) } : {}),
    ...(element.isMultiline ? { rows: 2 } : {}),
    ...(element.label ? { label: feishu.plain(element.label), label_position: 'top' } : {}),
    ...required,
  };
}

/** Feishu refuses two options of one value, and one without. */
function distinct<Option extends { value: string }>(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.value, option])).values()].filter(
    ({ value }) => value !== '',
  );
}

/** A caption in as many characters as Feishu counts; one emoji may be many. */
function caption(text: string): feishu.PlainText {
  for (let max = CAPTION_MAX; ; max = Math.ceil(max / 2)) {
    const short = shorten(text, max);
    if ([...short].length <= CAPTION_MAX) return feishu.plain(short);
  }
}

/** One button stands alone; several flow beside each other. */
function buttons(set: ActionSet, place: Place): feishu.FeishuElement[] {
  const drawn = set.actions.flatMap((action) =>
    action.type === 'Action.Execute' ? [button(action, place)] : [],
  );
  if (drawn.length < 2) return drawn;
  const each = drawn.map((one): feishu.Column => ({ tag: 'column', width: 'auto', elements: [one] }));
  return [{ tag: 'column_set', flex_mode: 'flow', horizontal_spacing: '8px', columns: each }];
}

/** Feishu refuses an empty text. */
const shown = (words: string): feishu.PlainText => feishu.plain(words || '…');

/** The card's one next action is filled; the same action on many rows is only outlined. */
function button({ title, style, data }: Execute, place: Place): feishu.Button {
  const primary = place.in === 'body' || place.in === 'form' ? 'primary_filled' : 'primary';
  return {
    tag: 'button',
    text: caption(title),
    type: style === 'positive' ? primary : style === 'destructive' ? 'danger' : 'default',
    behaviors: [{ type: 'callback', value: { operation: data.operation, arguments: data.arguments } }],
    ...(data.confirm
      ? { confirm: { title: shown(data.confirm.title), text: shown(data.confirm.text) } }
      : {}),
    ...(place.in === 'form' ? { name: `${place.form}_submit`, form_action_type: 'submit' } : {}),
  };
}

function columns(set: ColumnSet, place: Place): feishu.FeishuElement[] {
  const inside: Place = place.in === 'form' ? place : { in: 'column' };
  const drawn = set.columns
    .map((column) => drawColumn(column, inside))
    .filter(({ elements }) => elements.length > 0);
  return drawn.length > 0 ? [{ tag: 'column_set', flex_mode: 'none', columns: drawn }] : [];
}

function drawColumn(column: Column, place: Place): feishu.Column {
  return {
    tag: 'column',
    ...(column.width === 'stretch' ? { width: 'weighted', weight: 1 } : { width: 'auto' }),
    ...(column.verticalContentAlignment ? { vertical_align: column.verticalContentAlignment } : {}),
    vertical_spacing: '2px',
    elements: draw(column.items, place),
  };
}

/** A styled container gets a grey ground; one with inputs is a form; any other only groups and costs nothing. */
function container(element: Container, place: Place): feishu.FeishuElement[] {
  if (holdsInput(element)) return form(element, place);
  if (!element.style) return draw(element.items, place);
  const elements = draw(element.items, place.in === 'form' ? place : { in: 'column' });
  if (elements.length === 0) return [];
  const ground: feishu.Column = { ...cell(elements), padding: '8px 12px 8px 12px' };
  return [{ tag: 'column_set', flex_mode: 'none', background_style: 'grey', columns: [ground] }];
}

const holdsInput = ({ items }: Container) => items.some(({ type }) => type.startsWith('Input.'));

function form(element: Container, place: Place): feishu.FeishuElement[] {
  if (place.in !== 'body' || !element.id)
    throw new Error('A form needs an id and stands in the body of its card');
  return [{ tag: 'form', name: element.id, elements: draw(element.items, { in: 'form', form: element.id }) }];
}

function foldTitle({ actions: [first] }: ActionSet): string | undefined {
  return first?.type === 'Action.ToggleVisibility' ? first.title : undefined;
}

/** A part that folds. Feishu lets no form stand in one, so a form is shown under its title instead. */
function fold(title: string, part: Container, place: Place): feishu.FeishuElement[] {
  if (holdsInput(part)) {
    return [
      { tag: 'hr' },
      ...text({ type: 'TextBlock', text: title, weight: 'bolder' }, place),
      ...form(part, place),
    ];
  }
  const elements = draw(part.items, { in: 'panel' });
  if (elements.length === 0) return [];
  return [
    {
      tag: 'collapsible_panel',
      expanded: false,
      header: { title: feishu.plain(title) },
      border: { color: 'grey-300', corner_radius: '6px' },
      padding: '8px 12px 8px 12px',
      vertical_spacing: SPACING,
      elements,
    },
  ];
}
