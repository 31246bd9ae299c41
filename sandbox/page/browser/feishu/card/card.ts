import { isObject, type JsonObject, objectOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import * as buttons from './buttons.js';
import type { CardContext, Draw } from './context.js';
import { drawHeader } from './header.js';
import { drawImageSelect } from './image-select.js';
import { drawInput } from './input.js';
import * as layout from './layout.js';
import * as media from './media.js';
import * as pickers from './pickers.js';
import * as selects from './selects.js';
import { styleComponent, styleContainer } from './style.js';
import { drawTable } from './table.js';
import * as text from './text.js';

const drawForm: Draw = (node, place, card) => {
  const inside = { path: place.path, form: { fields: [] } };
  const element = h('div', { class: 'card-form', role: 'form', 'aria-label': textOf(node.name, '表单') });
  element.append(...layout.drawElements(node, inside, card));
  styleContainer(element, node);
  return element;
};

const components: Readonly<Record<string, Draw>> = {
  markdown: text.drawMarkdown,
  div: text.drawDiv,
  plain_text: text.drawPlainText,
  lark_md: text.drawPlainText,
  column_set: layout.drawColumnSet,
  column: layout.drawColumn,
  collapsible_panel: layout.drawCollapsible,
  interactive_container: layout.drawInteractive,
  form: drawForm,
  img: media.drawImage,
  img_combination: media.drawImages,
  hr: media.drawRule,
  person: media.drawPerson,
  person_list: media.drawPeople,
  table: drawTable,
  button: buttons.drawButton,
  overflow: buttons.drawOverflow,
  checker: buttons.drawChecker,
  input: drawInput,
  select_static: selects.drawSelect,
  multi_select_static: selects.drawMultiSelect,
  select_person: selects.drawSelectPerson,
  multi_select_person: selects.drawMultiSelectPerson,
  select_img: drawImageSelect,
  date_picker: pickers.drawDatePicker,
  picker_time: pickers.drawTimePicker,
  picker_datetime: pickers.drawDatetimePicker,
};

/** Draws one component; one that this client does not know is shown as such, so that nobody misses it. */
const drawComponent: Draw = (node, place, card) => {
  const tag = textOf(node.tag, '?');
  const draw = Object.hasOwn(components, tag) ? components[tag] : undefined;
  const element =
    draw?.(node, place, card) ?? h('div', { class: 'card-unsupported' }, `不支持的组件：${tag}`);
  styleComponent(element, node);
  return element;
};

/** Draws a Feishu card, JSON 2.0. Source: the reference of card structure on open.feishu.cn. */
export function drawCard(value: unknown, context: Omit<CardContext, 'draw' | 'textSizes'>): HTMLElement {
  const json = objectOf(value);
  const config = objectOf(json.config);
  const card: CardContext = {
    ...context,
    draw: (node, place) => drawComponent(node, place, card),
    textSizes: readTextSizes(config),
  };
  const mode = textOf(config.width_mode, 'default');
  const classes = `card card-width-${['default', 'compact', 'fill'].includes(mode) ? mode : 'default'}`;
  const element = h('article', {
    class: classes,
    testid: `card-${context.messageId}`,
    'aria-label': '消息卡片',
  });
  if (isObject(json.header)) element.append(drawHeader(json.header));
  if (json.schema !== '2.0') {
    element.append(h('div', { class: 'card-unsupported' }, '仅支持卡片 JSON 2.0'));
    return element;
  }
  const body = objectOf(json.body);
  const stack = h('div', { class: 'card-body' });
  stack.append(...layout.drawElements(body, { path: ['body'], form: null }, card));
  styleContainer(stack, body);
  element.append(stack);
  return element;
}

function readTextSizes(config: JsonObject): Map<string, string> {
  const own = objectOf(objectOf(config.style).text_size);
  return new Map(
    Object.entries(own).map(([name, size]) => [
      name,
      textOf(objectOf(size).pc) || textOf(objectOf(size).default),
    ]),
  );
}
