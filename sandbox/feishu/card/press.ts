import { isRecord } from '../../kernel/shape.js';
import { fieldValue, formValues } from './form.js';
import { NotPressable } from './not-pressable.js';

export type Selector = { name: string } | { text: string } | { path: readonly (string | number)[] };

/** Something in a card that can be acted on, where it stands, and the form around it. */
export interface Pressable {
  component: Record<string, unknown>;
  path: (string | number)[];
  form: Record<string, unknown> | undefined;
}

const tags = new Set([
  ...['button', 'input', 'select_static', 'multi_select_static', 'select_person', 'multi_select_person'],
  ...[
    'date_picker',
    'picker_time',
    'picker_datetime',
    'overflow',
    'checker',
    'select_img',
    'interactive_container',
  ],
]);

/** All that can be acted on in a card, in reading order. */
export function pressables(card: Record<string, unknown>): Pressable[] {
  const found: Pressable[] = [];
  visit(isRecord(card.body) ? card.body : {}, ['body'], undefined, found);
  return found;
}

function visit(
  value: unknown,
  path: (string | number)[],
  form: Record<string, unknown> | undefined,
  found: Pressable[],
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(item, [...path, index], form, found);
    return;
  }
  if (!isRecord(value)) return;
  if (typeof value.tag === 'string' && tags.has(value.tag)) found.push({ component: value, path, form });
  const within = value.tag === 'form' ? value : form;
  for (const key of ['elements', 'columns', 'button_area', 'buttons']) {
    visit(value[key], [...path, key], within, found);
  }
}

/** The one component a click means. */
export function choose(card: Record<string, unknown>, selector: Selector | undefined): Pressable {
  const all = pressables(card);
  const fitting = selector ? all.filter((candidate) => matches(candidate, selector)) : all;
  const wanted = selector ? JSON.stringify(selector) : 'a component to press';
  const [first, second] = fitting;
  if (!first)
    throw new NotPressable(`the card has no ${wanted}; it has ${all.map(describe).join(', ') || 'none'}`);
  if (second) throw new NotPressable(`${wanted} is ambiguous: ${fitting.map(describe).join(', ')}`);
  if (first.component.disabled === true) throw new NotPressable(`${wanted} is disabled`);
  return first;
}

function matches({ component, path }: Pressable, selector: Selector): boolean {
  if ('name' in selector) return component.name === selector.name;
  if ('text' in selector) return textOf(component) === selector.text;
  return JSON.stringify(path) === JSON.stringify(selector.path);
}

const textOf = (component: Record<string, unknown>): unknown =>
  isRecord(component.text) ? component.text.content : undefined;

const describe = ({ component, path }: Pressable): string =>
  `${component.tag} ${JSON.stringify(textOf(component) ?? component.name ?? path)}`;

/**
 * What the callback says was done (`event.action`); `undefined` where the client asks nobody (a link, a value inside a form).
 * Source: 卡片回传交互, and the pages of the components.
 */
export function actionOf(
  pressed: Pressable,
  given: { value?: unknown; form?: Record<string, unknown> },
): Record<string, unknown> | undefined {
  const { component, form } = pressed;
  const action = {
    tag: component.tag,
    ...(callbackValue(component) === undefined ? {} : { value: callbackValue(component) }),
    ...(component.name ? { name: component.name } : {}),
    timezone: 'Asia/Shanghai',
  };
  if (component.tag === 'button' || component.tag === 'interactive_container') {
    if (component.form_action_type === 'submit' && form)
      return { ...action, form_value: formValues(form, given.form ?? {}) };
    if (given.form) throw new NotPressable('form values go with the submit button of their form');
    return callbackValue(component) === undefined ? undefined : action;
  }
  if (form && component.tag !== 'overflow')
    throw new NotPressable('inside a form only its buttons are pressed');
  if (component.tag === 'checker' && !hasCallback(component)) return undefined;
  return { ...action, ...chosen(component, given.value) };
}

/** The value that a single component outside a form delivers. */
function chosen(component: Record<string, unknown>, value: unknown): Record<string, unknown> {
  const read = fieldValue(component, value);
  if (component.tag === 'input') return { input_value: read };
  if (component.tag === 'checker') return { checked: read };
  return { option: read };
}

function callbackValue(component: Record<string, unknown>): unknown {
  const behaviors = Array.isArray(component.behaviors) ? component.behaviors : [];
  const callback = behaviors.find((behavior) => isRecord(behavior) && behavior.type === 'callback');
  return isRecord(callback) ? callback.value : component.value;
}

const hasCallback = (component: Record<string, unknown>): boolean =>
  Array.isArray(component.behaviors) &&
  component.behaviors.some((behavior) => isRecord(behavior) && behavior.type === 'callback');
