import { readMarkdown } from '../../../markup/blocks.js';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { drawBlocks, textTag } from '../../dom/rich-text.js';
import { fullTime } from '../../dom/time.js';
import type { CardContext, Draw } from './context.js';
import { lengthOf } from './measure.js';
import { person } from './media.js';
import { set } from './style.js';

const pageSize = 5;

/** A table of rows by page, as Feishu's client shows it. */
export const drawTable: Draw = (node, _place, card) => {
  const columns = objectsOf(node.columns);
  const rows = objectsOf(node.rows);
  const size =
    typeof node.page_size === 'number' ? Math.min(Math.max(1, Math.floor(node.page_size)), 10) : pageSize;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const body = h('tbody');
  const counter = h('span', {});
  let page = 0;
  const turn = (step: number): void => {
    page = Math.min(Math.max(0, page + step), pages - 1);
    const shown = rows.slice(page * size, (page + 1) * size);
    body.replaceChildren(
      ...shown.map((row) => h('tr', {}, ...columns.map((column) => cell(column, row, card)))),
    );
    counter.textContent = `${page + 1} / ${pages}`;
  };
  turn(0);
  const head = h('thead', {}, h('tr', {}, ...columns.map((column) => headCell(column))));
  return h(
    'div',
    { class: 'card-table' },
    h('div', { class: 'table-scroll' }, h('table', {}, head, body)),
    pages === 1
      ? null
      : h('div', { class: 'card-pages' }, turner('上一页', -1, turn), counter, turner('下一页', 1, turn)),
  );
};

const turner = (words: string, step: number, turn: (step: number) => void): HTMLElement =>
  h('button', { type: 'button', class: 'link', click: () => turn(step) }, words);

function headCell(column: JsonObject): HTMLElement {
  const element = h('th', {}, textOf(column.display_name) || textOf(column.name));
  set(element, 'min-width', lengthOf(column.width));
  return element;
}

function cell(column: JsonObject, row: JsonObject, card: CardContext): HTMLElement {
  const element = h('td', {}, ...cellContent(column, row[textOf(column.name)], card));
  const align = textOf(column.horizontal_align);
  if (['left', 'center', 'right'].includes(align)) set(element, 'text-align', align);
  return element;
}

function cellContent(column: JsonObject, value: unknown, card: CardContext): (Node | string)[] {
  switch (column.data_type) {
    case 'lark_md':
    case 'markdown':
      return drawBlocks(readMarkdown(textOf(value)), card.nameOf);
    case 'options':
      return objectsOf(value).map((option) => textTag(textOf(option.text), textOf(option.color, 'blue')));
    case 'persons':
      return (Array.isArray(value) ? value : [value]).map((id) => person(textOf(id), true, true, card));
    case 'date':
      return [typeof value === 'number' ? fullTime(value) : textOf(value)];
    case 'number':
      return [typeof value === 'number' ? formatNumber(value, objectOf(column.format)) : textOf(value)];
    default:
      return [textOf(value)];
  }
}

function formatNumber(value: number, format: JsonObject): string {
  const digits =
    typeof format.precision === 'number' ? Math.min(Math.max(0, format.precision), 10) : undefined;
  const words = value.toLocaleString('zh-CN', {
    useGrouping: format.separator === true,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits ?? 10,
  });
  return `${textOf(format.symbol)}${words}`;
}
