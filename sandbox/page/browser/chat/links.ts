import { safeAddress } from '../../markup/address.js';
import { clientOpenAddress } from '../control/api.js';
import { toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';

/** About a phone, and at least as much as a form needs. */
const phone = { width: 420, height: 820 };

/**
 * Opens an address in the client's own browser, where the platform knows who is looking: a window of a phone's size, since
 * pages that ask who one is do well to refuse being framed. Where there is no room for one, a tab.
 */
export function openLink(client: Client, address: string): void {
  const safe = safeAddress(address);
  if (safe === null) {
    toast('error', '这个链接不能打开');
    return;
  }
  const isPage = /^https?:/.test(safe);
  const target = isPage ? clientOpenAddress(client.drawing.id, client.as, safe) : safe;
  window.open(target, '_blank', `noopener,noreferrer${isPage ? windowFeatures() : ''}`);
}

function windowFeatures(): string {
  if (window.innerWidth < 2 * phone.width) return '';
  const left = Math.round(window.screenX + (window.outerWidth - phone.width) / 2);
  const top = Math.round(window.screenY + Math.max(0, (window.outerHeight - phone.height) / 2));
  return `,popup,width=${phone.width},height=${phone.height},left=${left},top=${top}`;
}

/** Every link to a page that is pressed inside `element` opens in the client's own browser. */
export function followLinks(element: HTMLElement, client: Client): void {
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.hasAttribute('download')) return;
    if (!/^https?:/.test(link.getAttribute('href') ?? '') || event.button > 1) return;
    event.preventDefault();
    openLink(client, link.href);
  };
  element.addEventListener('click', follow);
  element.addEventListener('auxclick', follow);
}
