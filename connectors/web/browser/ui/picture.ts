import type { Words } from '../../chat/words.js';
import { h, icon } from './dom.js';

/** Shows a picture over everything, until it is tapped, closed or escaped from. */
export function showPicture(root: ShadowRoot, url: string, name: string, words: Words): void {
  const before = root.activeElement;
  const leave = (): void => {
    layer.remove();
    if (before instanceof HTMLElement) before.focus();
  };
  const close = h(
    'button',
    { type: 'button', class: 'round', 'aria-label': words.close, onclick: leave },
    icon('close'),
  );
  const layer = h(
    'div',
    {
      class: 'picture',
      role: 'dialog',
      'aria-modal': 'true',
      'aria-label': name,
      'data-testid': 'imdesk-picture',
      onclick: leave,
    },
    h('img', { src: url, alt: name }),
    close,
  );
  layer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  root.append(layer);
  close.focus();
}
