import { h } from '../dom/element.js';
import type { PlatformDrawing, PlatformName } from '../platform.js';

/** The three clients' signs: the first character of each name, in its colour. */
export const sign = ({ id, name }: PlatformDrawing): HTMLElement =>
  h('span', { class: `sign sign-${id}`, 'aria-hidden': 'true' }, [...name][0] ?? '');

/** Chooses which platform's client is open; the open one shows its name, the others at least their sign. */
export function platformSwitch(
  offered: readonly PlatformDrawing[],
  open: PlatformDrawing,
  choose: (im: PlatformName) => void,
): HTMLElement {
  const buttons = offered.map((drawing) => {
    const isOpen = drawing.id === open.id;
    return h(
      'button',
      {
        type: 'button',
        class: 'platform',
        testid: `im-${drawing.id}`,
        'aria-pressed': String(isOpen),
        'aria-label': drawing.name,
        title: drawing.name,
        click: () => !isOpen && choose(drawing.id),
      },
      sign(drawing),
      h('span', { class: 'platform-name' }, drawing.name),
    );
  });
  return h('div', { class: 'platforms', role: 'group', 'aria-label': '切换客户端' }, ...buttons);
}
