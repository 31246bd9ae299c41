import type { Drawing, Source } from './draw.js';
import type { Action, Drawn, DrawnForm } from './drawn.js';
import { formValues } from './form.js';
import { NotPressable } from './not-pressable.js';

export type Selector = { name?: string; text?: string; path?: readonly (string | number)[] };

/** Something in a drawn card that can be pressed, the keys that lead to it, and the form around it. */
interface Pressable {
  text: string;
  action: Action;
  disabled: boolean;
  path: readonly (string | number)[];
  form: DrawnForm | undefined;
}

export interface Press {
  action: Action;
  source: Source | undefined;
}

/**
 * What a press on one component does, with the values of its form in place. `name` is an action id, `text` a button's
 * words, `path` the keys from the drawn tree.
 *
 * @throws NotPressable when there is no such component, several, or one that is disabled; or the form is not filled
 */
export function press(
  drawing: Drawing,
  selector: Selector | undefined,
  form: Record<string, unknown> | undefined,
): Press {
  const pressed = choose(pressables(drawing.tree), selector);
  const { action } = pressed;
  const source = drawing.sources.get(action);
  if (action.kind !== 'request') return { action, source };
  const submits = action.formParam !== null && pressed.form !== undefined;
  if (form && !submits) throw new NotPressable('form values go with a button that submits the form');
  if (!submits || !pressed.form || action.formParam === null) return { action, source };
  const params = { ...action.params, [action.formParam]: formValues(pressed.form.fields, form ?? {}) };
  return { action: { ...action, params }, source };
}

function pressables(tree: readonly Drawn[]): Pressable[] {
  return tree.flatMap((drawn, index) => within(drawn, [index], undefined));
}

function within(drawn: Drawn, path: readonly (string | number)[], form: DrawnForm | undefined): Pressable[] {
  const inside = (children: readonly Drawn[], ...keys: (string | number)[]) =>
    children.flatMap((child, index) => within(child, [...path, ...keys, index], form));
  switch (drawn.kind) {
    case 'button':
      return [{ ...drawn, disabled: drawn.disabled || form?.disabled === true, path, form }];
    case 'header':
      return inside(drawn.after, 'after');
    case 'box':
      return [
        ...(drawn.action.kind === 'none'
          ? []
          : [{ text: '', action: drawn.action, disabled: false, path, form }]),
        ...inside(drawn.children, 'children'),
      ];
    case 'loop':
      return drawn.items.flatMap((item, index) => inside(item, 'items', index));
    case 'form':
      return [
        ...drawn.children.flatMap((child, index) => within(child, [...path, 'children', index], drawn)),
        ...(drawn.submit
          ? [{ ...drawn.submit, disabled: drawn.disabled, path: [...path, 'submit'], form: drawn }]
          : []),
      ];
    default:
      return [];
  }
}

function choose(all: readonly Pressable[], selector: Selector | undefined): Pressable {
  const fitting = selector ? all.filter((each) => matches(each, selector)) : all;
  const wanted = selector ? JSON.stringify(selector) : 'a component to press';
  const [first, second] = fitting;
  if (!first)
    throw new NotPressable(`the card has no ${wanted}; it has ${all.map(describe).join(', ') || 'none'}`);
  if (second) throw new NotPressable(`${wanted} is ambiguous: ${fitting.map(describe).join(', ')}`);
  if (first.disabled) throw new NotPressable(`${wanted} is disabled`);
  return first;
}

function matches({ action, text, path }: Pressable, selector: Selector): boolean {
  if (selector.path) return JSON.stringify(path) === JSON.stringify(selector.path);
  if (selector.text !== undefined) return text === selector.text;
  return action.kind === 'request' && action.actionId === selector.name;
}

const describe = ({ text, path }: Pressable): string =>
  text === '' ? JSON.stringify(path) : JSON.stringify(text);
