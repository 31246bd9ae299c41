/** Message-IDs of ours, by which answers and bounces find back. The key of a send makes them, so they cannot be guessed. */
export const ownId = (key: string, address: string): string =>
  `imdesk.${key}@${address.slice(address.lastIndexOf('@') + 1)}`;

const form = /^imdesk\.[0-9a-z-]{1,50}@[^\s@<>]{1,255}$/;

export const isOwnId = (id: string, address: string): boolean =>
  form.test(id) && id.endsWith(`@${address.slice(address.lastIndexOf('@') + 1)}`);

/** Every id of ours that is named somewhere in a text, once each. */
export function ownIdsIn(text: string, address: string): string[] {
  const found = text.matchAll(/imdesk\.[0-9a-z-]{1,50}@[a-z0-9.-]{1,255}[a-z0-9]/g);
  return [...new Set([...found].map(([id]) => id))].filter((id) => isOwnId(id, address));
}
