import { safeAddress } from '../../markup/address.js';
import { clientOpenAddress } from '../control/api.js';
import { toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';

/** Opens an address in the client's own browser, where the platform knows who is looking. */
export function openLink(client: Client, address: string): void {
  const safe = safeAddress(address);
  if (safe === null) toast('error', '这个链接不能打开');
  else window.open(insideClient(client, safe), '_blank', 'noopener,noreferrer');
}

const insideClient = (client: Client, address: string): string =>
  /^https?:/.test(address) ? clientOpenAddress(client.drawing.id, client.as, address) : address;
