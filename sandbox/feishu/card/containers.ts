import { isRecord } from '../../kernel/shape.js';
import { base, component } from './base.js';
import * as is from './rules.js';
import { codes, type Rule } from './walk.js';

const elements: Rule = (value, path, walk) => is.list(walk.element)(value, path, walk);

const layout: is.Fields = {
  direction: is.oneOf('vertical', 'horizontal'),
  padding: is.padding,
  horizontal_spacing: is.spacing,
  vertical_spacing: is.spacing,
  horizontal_align: is.horizontal,
  vertical_align: is.vertical,
};

/** The card's body: a container without a tag. */
export const body = is.fields({ ...layout, element_id: is.any, elements });

const inside =
  (tag: string, rule: Rule): Rule =>
  (value, path, walk) =>
    walk.within(tag, () => rule(value, path, walk));

const columnWidth: Rule = (value, path, walk) => is.px(16, 600, 'auto', 'weighted')(value, path, walk);

const column: Rule = (value, path, walk) => {
  if (!isRecord(value) || value.tag !== 'column') walk.report(codes.parse, path, 'a column is required');
  component({
    ...layout,
    background_style: is.colour,
    width: columnWidth,
    weight: is.int(1, 5),
    elements,
    action: is.jump,
  })(value, path, walk);
};

const columnSet = component(
  {
    horizontal_spacing: is.spacing,
    horizontal_align: is.horizontal,
    flex_mode: is.oneOf('none', 'stretch', 'flow', 'bisect', 'trisect'),
    background_style: is.colour,
    action: is.jump,
    columns: is.list(column),
  },
  ['columns'],
);

const panel = component(
  {
    ...layout,
    expanded: is.bool,
    background_color: is.colour,
    border: is.fields({ color: is.colour, corner_radius: is.radius }),
    header: is.fields({
      title: is.textOf(['plain_text', 'markdown', 'lark_md']),
      background_color: is.colour,
      width: is.px(1, 999, 'fill', 'auto', 'auto_when_fold'),
      vertical_align: is.vertical,
      padding: is.padding,
      icon: is.icon,
      icon_position: is.oneOf('left', 'right', 'follow_text'),
      icon_expanded_angle: is.oneOf(-180, -90, 90, 180),
    }),
    elements,
  },
  ['header'],
);

const interactiveContainer = component(
  {
    ...layout,
    width: is.px(16, 999, 'fill', 'auto'),
    height: is.px(10, 999, 'auto'),
    background_style: (value, path, walk) => {
      if (value !== 'laser') is.colour(value, path, walk);
    },
    has_border: is.bool,
    border_color: is.colour,
    corner_radius: is.radius,
    behaviors: is.behaviors,
    hover_tips: is.plainText,
    disabled: is.bool,
    disabled_tips: is.plainText,
    confirm: is.confirm,
    elements,
  },
  ['behaviors', 'elements'],
);

const form: Rule = (value, path, walk) => {
  if (walk.place.containers.length > 1)
    walk.report(codes.parse, path, 'a form stands at the root of the card');
  const name = isRecord(value) ? value.name : undefined;
  if (typeof name !== 'string' || name === '') walk.report(codes.formName, path, 'a form needs a name');
  else if (walk.formNames.has(name)) walk.report(codes.formName, path, `two forms are named ${name}`);
  else walk.formNames.add(name);
  is.fields({ ...base, ...layout, name: is.any, elements }, ['elements'])(value, path, walk);
  if (!hasSubmit(isRecord(value) ? value.elements : undefined)) {
    walk.report(codes.parse, path, 'a form needs a button whose form_action_type is submit');
  }
};

function hasSubmit(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSubmit);
  if (!isRecord(value)) return false;
  if (value.tag === 'button' && value.form_action_type === 'submit') return true;
  return hasSubmit(value.elements) || hasSubmit(value.columns);
}

/** The components that hold others. A column belongs to its set and is no level of its own. */
export const containers: Readonly<Record<string, Rule>> = {
  column_set: inside('column_set', columnSet),
  collapsible_panel: inside('collapsible_panel', panel),
  interactive_container: inside('interactive_container', interactiveContainer),
  form: inside('form', form),
};
