import type { ClickAnswer } from '../control/shapes.js';
import { type ToastKind, toast } from '../dom/toast.js';
import type { Press } from '../platform.js';
import type { Client } from '../state/client.js';
import { openLink } from './links.js';

const kinds: readonly ToastKind[] = ['success', 'info', 'warning', 'error'];

/** Sends a press, keeps the pressed thing busy until the app has answered, and says what came of it. */
export async function press(
  client: Client,
  messageId: string,
  element: HTMLElement,
  pressed: Press,
): Promise<void> {
  if (element.getAttribute('aria-busy') === 'true') return;
  setBusy(element, true);
  try {
    const answer = await client.api.click({ as: client.as, message: messageId, ...pressed });
    if (!answer.errorCode) forget(client, messageId, pressed);
    say(client, answer);
    if (answer.url) openLink(client, answer.url);
    await client.refresh();
  } catch (error) {
    toast('error', error instanceof Error ? error.message : '操作失败');
  } finally {
    setBusy(element, false);
  }
}

/** A sent form is no draft any more. A press on another button leaves what is half typed alone. */
function forget(client: Client, messageId: string, { form }: Press): void {
  for (const name of Object.keys(form ?? {})) client.draftsOf(messageId).delete(name);
}

function say({ drawing }: Client, { toast: said, errorCode }: ClickAnswer): void {
  if (errorCode) toast('error', drawing.clickWords(errorCode));
  else if (said?.content) toast(kinds.find((kind) => kind === said.type) ?? 'info', said.content);
}

function setBusy(element: HTMLElement, busy: boolean): void {
  if (busy) element.setAttribute('aria-busy', 'true');
  else element.removeAttribute('aria-busy');
}
