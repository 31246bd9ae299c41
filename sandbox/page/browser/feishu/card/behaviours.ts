import { safeAddress } from '../../../markup/address.js';
import { isObject, type JsonObject, objectsOf, textOf, wordsOf } from '../../control/json.js';
import { confirmed } from '../../dom/dialog.js';
import { toast } from '../../dom/toast.js';
import type { Act, CardContext } from './context.js';

/** Whether the client calls the app back for this component; a bare `value` counts as it did in older cards. */
export const callsBack = (node: JsonObject): boolean =>
  objectsOf(node.behaviors).some(({ type }) => type === 'callback') || node.value !== undefined;

/** Does what a pressed component promises: asks first if it says so, opens its address, calls the app back. */
export async function perform(
  element: HTMLElement,
  node: JsonObject,
  act: Act,
  card: CardContext,
): Promise<void> {
  if (node.disabled === true || element.getAttribute('aria-busy') === 'true') return;
  if (isObject(node.confirm) && !(await confirmed(wordsOf(node.confirm.title), wordsOf(node.confirm.text))))
    return;
  for (const behaviour of objectsOf(node.behaviors))
    if (behaviour.type === 'open_url') openAddress(behaviour, card);
  if (callsBack(node) || act.form !== undefined || act.value !== undefined) await card.act(element, act);
}

export function openAddress(behaviour: JsonObject, card: CardContext): void {
  const address = safeAddress(
    textOf(behaviour.pc_url) || textOf(behaviour.default_url) || textOf(behaviour.url),
  );
  if (address === null) toast('error', '这个链接不能打开');
  else card.openLink(address);
}
