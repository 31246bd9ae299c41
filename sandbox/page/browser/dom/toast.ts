import { byId, h } from './element.js';
import { icon } from './icons.js';

export type ToastKind = 'success' | 'info' | 'warning' | 'error';

const shownMs = 4500;
const signs = { success: 'check', info: 'chat', warning: 'warning', error: 'close' } as const;

/** A line at the top of the page that goes away by itself. */
export function toast(kind: ToastKind, text: string): void {
  const role = kind === 'error' || kind === 'warning' ? 'alert' : 'status';
  const line = h(
    'div',
    { class: `toast toast-${kind}`, role, testid: 'toast' },
    icon(signs[kind]),
    h('span', {}, text),
  );
  byId('toasts').append(line);
  setTimeout(() => line.remove(), shownMs);
}
