import { type JsonObject, objectOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { toast } from '../../dom/toast.js';
import { hueOf } from '../tokens.js';
import { asked } from './ask.js';
import type { CardContext, Draw, Path } from './context.js';

export const drawButton: Draw = (node, path, card) => {
  const button = h(
    'button',
    { type: 'button', class: `dingtalk-button dingtalk-hue-${hueOf(textOf(node.color))}` },
    h('span', { class: 'dingtalk-button-text' }, textOf(node.text)),
  );
  if (node.wide === true) button.classList.add('dingtalk-button-wide');
  if (node.disabled === true || card.form?.disabled) button.disabled = true;
  button.addEventListener('click', () => void perform(button, objectOf(node.action), path, card));
  return button;
};

/** Makes something else than a button react to a press; a button within it comes first. */
export function pressable(
  element: HTMLElement,
  node: JsonObject,
  path: Path,
  card: CardContext,
): HTMLElement {
  element.classList.add('dingtalk-pressable');
  element.tabIndex = 0;
  element.setAttribute('role', 'button');
  const act = (event: Event) => {
    const inner =
      event.target instanceof Element ? event.target.closest('button, a, input, select, textarea') : null;
    if (inner !== null && element.contains(inner)) return;
    event.stopPropagation();
    void perform(element, objectOf(node.action), path, card);
  };
  element.addEventListener('click', act);
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') act(event);
  });
  return element;
}

/** Asks first where the template says so, checks the form where the press submits one, and sends it. */
export async function perform(
  element: HTMLElement,
  action: JsonObject,
  path: Path,
  card: CardContext,
): Promise<void> {
  if (element.getAttribute('aria-busy') === 'true') return;
  if (action.kind === 'copy') {
    await navigator.clipboard?.writeText(textOf(action.text)).catch(() => {});
    toast('success', '已复制');
    return;
  }
  const submits = action.kind === 'request' && typeof action.formParam === 'string' && card.form !== null;
  if (submits && !isComplete(card)) return;
  if (action.kind === 'request' && !(await asked(objectOf(action.confirm)))) return;
  const form = submits ? { form: valuesOf(card) } : {};
  await card.press(element, { button: { path: [...path] }, ...form });
  // Where the card stands as it was, what was typed into it is still there and has to outlive its next repaint.
  if (submits && element.isConnected)
    for (const { name, read } of card.form?.fields ?? []) card.drafts.set(name, read());
}

function isComplete({ form }: CardContext): boolean {
  let complete = true;
  for (const { read, requiredWords, complain } of form?.fields ?? []) {
    const value = read();
    const isMissing = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    complain(requiredWords !== null && isMissing ? requiredWords : null);
    if (requiredWords !== null && isMissing) complete = false;
  }
  return complete;
}

const valuesOf = ({ form }: CardContext): Record<string, unknown> =>
  Object.fromEntries(
    (form?.fields ?? []).map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined),
  );
