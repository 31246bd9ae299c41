import { isRecord } from '../../kernel/shape.js';
import { component } from './base.js';
import * as is from './rules.js';
import { codes, type Rule, type Walk } from './walk.js';

const column = is.fields(
  {
    name: is.str(Infinity, 1),
    display_name: is.str(),
    width: (value, path, walk) => {
      const percent =
        typeof value === 'string' && /^\d{1,3}%$/.test(value) && Number.parseInt(value, 10) <= 100;
      if (!percent) is.px(80, 600, 'auto')(value, path, walk);
    },
    vertical_align: is.vertical,
    horizontal_align: is.horizontal,
    data_type: is.oneOf('text', 'lark_md', 'markdown', 'options', 'number', 'persons', 'date'),
    format: is.fields({ precision: is.int(0, 10), symbol: is.str(1), separator: is.bool }),
    date_format: is.str(),
  },
  ['name', 'data_type'],
);

const isText = (value: unknown) => typeof value === 'string';
const cells: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: isText,
  lark_md: isText,
  markdown: isText,
  number: (value) => typeof value === 'number',
  date: (value) => typeof value === 'number',
  persons: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  options: (value) =>
    isText(value) || (Array.isArray(value) && value.every((item) => isRecord(item) && isText(item.text))),
};

const look: is.Fields = {
  page_size: is.int(1, 10),
  row_height: is.px(32, 124, 'low', 'middle', 'high', 'auto'),
  row_max_height: is.px(32, 999),
  freeze_first_column: is.bool,
  header_style: is.fields({
    text_align: is.horizontal,
    text_size: is.oneOf('normal', 'heading'),
    background_style: is.oneOf('none', 'grey'),
    text_color: is.oneOf('default', 'grey'),
    bold: is.bool,
    lines: is.int(1, 1_000),
  }),
  columns: is.list(column, 50, 1),
  rows: is.any,
};

export const table: Rule = (value, path, walk) => {
  walk.tables += 1;
  if (walk.place.containers.length > 0)
    walk.report(codes.parse, path, 'a table stands at the root of the card');
  component(look, ['columns', 'rows'])(value, path, walk);
  if (isRecord(value)) readRows(value, path, walk);
};

function readRows(value: Record<string, unknown>, path: string, walk: Walk): void {
  const types = new Map<string, string>();
  for (const given of Array.isArray(value.columns) ? value.columns : []) {
    if (!isRecord(given) || typeof given.name !== 'string') continue;
    if (types.has(given.name))
      walk.report(codes.tableColumn, `${path}.columns`, `two columns are named ${given.name}`);
    types.set(given.name, typeof given.data_type === 'string' ? given.data_type : 'text');
  }
  if (!Array.isArray(value.rows)) walk.report(codes.tableRows, `${path}.rows`, 'table rows is invalid');
  else for (const [index, row] of value.rows.entries()) readRow(row, types, `${path}.rows[${index}]`, walk);
}

function readRow(row: unknown, types: ReadonlyMap<string, string>, path: string, walk: Walk): void {
  if (!isRecord(row)) walk.report(codes.tableRows, path, 'table rows is invalid');
  for (const [name, cell] of Object.entries(isRecord(row) ? row : {})) {
    const type = types.get(name);
    if (type === undefined) walk.report(codes.tableColumn, `${path}.${name}`, 'table rows name is invalid');
    else if (!cells[type]?.(cell))
      walk.report(codes.tableRows, `${path}.${name}`, `not a cell of type ${type}`);
    else if (type === 'markdown' || type === 'lark_md') is.markdown(cell, `${path}.${name}`, walk);
  }
}
