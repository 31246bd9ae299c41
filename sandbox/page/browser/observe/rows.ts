import { h } from '../dom/element.js';
import { sign } from '../panes/platform-switch.js';
import { drawings } from '../panes/platforms.js';
import type { Panel } from './drawer.js';

const kept = 200;

/** Where a row happened: the sign of the platform's client. */
export function signOf(platform: string): HTMLElement | null {
  const drawing = Object.values(drawings).find(({ id }) => id === platform);
  return drawing ? h('span', { class: 'row-sign', title: drawing.name }, sign(drawing)) : null;
}

/** A panel of rows that only grows, newest first; it asks for what came after the last row it has. */
export function growingPanel<T extends { n: number }>(how: {
  id: string;
  name: string;
  empty: string;
  read: (since: number) => Promise<T[]>;
  draw: (row: T) => HTMLElement;
}): Panel {
  const rows = h('ol', { class: 'rows', role: 'log', 'aria-label': how.name });
  const empty = h('p', { class: 'empty-line' }, how.empty);
  let since = 0;
  const refresh = async (): Promise<void> => {
    for (const row of await how.read(since)) {
      if (row.n <= since) continue;
      since = row.n;
      rows.prepend(how.draw(row));
    }
    while (rows.childElementCount > kept) rows.lastElementChild?.remove();
    empty.hidden = rows.childElementCount > 0;
  };
  return { id: how.id, name: how.name, element: h('div', {}, empty, rows), refresh };
}
