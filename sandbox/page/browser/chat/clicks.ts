import { clickWords } from '../card/click-words.js';
import type { Act, Drafts } from '../card/context.js';
import { api } from '../control/api.js';
import type { ClickAnswer } from '../control/shapes.js';
import { type ToastKind, toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';

const kinds: readonly ToastKind[] = ['success', 'info', 'warning', 'error'];

/** What was typed into cards and not sent, by message: it survives the card being redrawn under the typing hand. */
const drafts = new Map<string, Drafts>();

export function draftsOf(messageId: string): Drafts {
  const known = drafts.get(messageId) ?? new Map<string, unknown>();
  drafts.set(messageId, known);
  return known;
}

/** Sends a click, keeps the pressed thing busy until the app has answered, and says what came of it. */
export async function click(
  client: Client,
  messageId: string,
  element: HTMLElement,
  act: Act,
): Promise<void> {
  const { place, value, form } = act;
  setBusy(element, true);
  try {
    const button = { path: [...place.path] };
    const answer = await api.click({ as: client.as, message: messageId, button, value, form });
    if (!answer.errorCode) forget(messageId, act);
    say(answer);
    await client.refresh();
  } catch (error) {
    toast('error', error instanceof Error ? error.message : '操作失败');
  } finally {
    setBusy(element, false);
  }
}

/** A sent form is no draft any more. A press on another button leaves what is half typed alone. */
function forget(messageId: string, { form }: Act): void {
  for (const name of Object.keys(form ?? {})) draftsOf(messageId).delete(name);
}

function say({ toast: said, errorCode }: ClickAnswer): void {
  if (errorCode) toast('error', clickWords(errorCode));
  else if (said?.content) toast(kinds.find((kind) => kind === said.type) ?? 'info', said.content);
}

function setBusy(element: HTMLElement, busy: boolean): void {
  if (busy) element.setAttribute('aria-busy', 'true');
  else element.removeAttribute('aria-busy');
}
