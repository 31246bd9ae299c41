import * as is from './rules.js';
import { codes, type Rule } from './walk.js';

const elementId: Rule = (value, path, walk) => {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,19}$/.test(value)) {
    walk.report(codes.parse, path, 'element_id: a letter, then letters, digits or _, at most 20 in all');
  } else if (walk.elementIds.has(value)) {
    walk.report(codes.duplicateId, path, `element_id ${value} is used twice`);
  } else walk.elementIds.add(value);
};

/** What every component may carry. */
export const base: is.Fields = { tag: is.any, element_id: elementId, margin: is.margin };

/** A component with these fields besides the common ones. */
export const component = (known: is.Fields, required: readonly string[] = []): Rule =>
  is.fields({ ...base, ...known }, required);
