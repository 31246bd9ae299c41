import { h } from './element.js';

export interface Choice {
  text: string;
  choose: () => void;
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * Opens a small menu under a button and closes it again on a choice, on Escape (focus goes back to the button) and on a
 * press elsewhere. Arrow keys move through it.
 */
export function openMenu(anchor: HTMLElement, label: string, choices: readonly Choice[], look = ''): void {
  const menu = h('div', { class: `menu ${look}`, role: 'menu', 'aria-label': label });
  const close = (): void => {
    menu.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  };
  const items = choices.map(({ text, choose }) => {
    const item = h('button', { type: 'button', role: 'menuitem' }, text);
    item.addEventListener('click', () => {
      close();
      choose();
    });
    return item;
  });
  const elements: readonly Element[] = items;
  menu.append(...items);
  menu.addEventListener('keydown', (event) => {
    const at = document.activeElement === null ? -1 : elements.indexOf(document.activeElement);
    if (event.key === 'Escape') close();
    if (event.key === 'Escape') anchor.focus();
    const step = steps[event.key] ?? 0;
    if (step === 0) return;
    event.preventDefault();
    items.at((at + step) % items.length)?.focus();
  });
  document.body.append(menu);
  place(menu, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  items[0]?.focus();
}

/** Puts a floating box under its anchor, or above it when there is no room, and always inside the window. */
export function place(box: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + 4 + height <= window.innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
}
