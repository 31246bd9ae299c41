import { isRecord } from '../../kernel/shape.js';
import { containers } from './containers.js';
import { display } from './display.js';
import { inputs } from './inputs.js';
import { table } from './table.js';
import { codes, type Rule, type Walk } from './walk.js';

const all: Readonly<Record<string, Rule>> = { ...display, ...inputs, ...containers, table };
const retired = new Set(['note', 'action']);

/** What may not stand inside what. */
const barred: Readonly<Record<string, readonly string[]>> = {
  form: ['form', 'table', 'chart'],
  column_set: ['form', 'table'],
  collapsible_panel: ['form', 'table'],
  interactive_container: ['form', 'table'],
};
const NESTING_MAX = 5;

/** One component at the walk's place. */
export const element: Rule = (value, path, walk) => {
  const tag = isRecord(value) ? value.tag : undefined;
  if (typeof tag !== 'string') return walk.report(codes.parse, path, 'a component with a tag is required');
  const rule = Object.hasOwn(all, tag) ? all[tag] : undefined;
  if (retired.has(tag)) {
    return walk.report(
      codes.retiredTag,
      path,
      `cards of schema V2 no longer support this capability; unsupported tag ${tag}`,
    );
  }
  if (!rule) return walk.report(codes.parse, path, `unknown tag ${tag}`);
  checkPlace(tag, path, walk);
  rule(value, path, walk);
};

function checkPlace(tag: string, path: string, walk: Walk): void {
  const around = walk.place.containers;
  const bar = around.find((container) => barred[container]?.includes(tag));
  if (bar) walk.report(codes.parse, path, `${tag} cannot stand in ${bar}`);
  const isContainer = Object.hasOwn(containers, tag);
  if (isContainer && around.length + 1 > NESTING_MAX) {
    walk.report(codes.tooMany, path, `containers can be nested ${NESTING_MAX} deep at most`);
  }
}
