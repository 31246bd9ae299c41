import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { PlatformDrawing } from '../platform.js';
import { callsPanel } from './calls.js';
import { clockPanel } from './clock.js';
import { deliveriesPanel } from './deliveries.js';
import { dropsPanel } from './drops.js';
import { faultsPanel } from './faults.js';

/** One tab of the drawer. It is read again while it shows. */
export interface Panel {
  id: string;
  name: string;
  element: HTMLElement;
  refresh: () => Promise<void>;
}

const everyMs = 1500;

/** 观察: what goes over the wire, and the levers for a demonstration. Closed by default, and silent while closed. */
export function observeDrawer(
  button: HTMLElement,
  { offered, refreshAll }: { offered: readonly PlatformDrawing[]; refreshAll: () => Promise<unknown> },
): HTMLElement {
  const panels = [
    callsPanel(),
    deliveriesPanel(),
    dropsPanel(),
    clockPanel(refreshAll),
    faultsPanel(offered),
  ];
  let current = panels[0];
  let timer: ReturnType<typeof setInterval> | undefined;
  const refresh = (): void => void current?.refresh().catch(() => {});
  const body = h('div', { class: 'drawer-body', role: 'tabpanel' });
  const tabs = panels.map((panel) =>
    h(
      'button',
      { type: 'button', role: 'tab', testid: `observe-${panel.id}`, click: () => choose(panel) },
      panel.name,
    ),
  );
  const choose = (panel: Panel): void => {
    current = panel;
    tabs.forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(panels[at] === panel));
    });
    body.replaceChildren(panel.element);
    refresh();
  };
  const setOpen = (open: boolean): void => {
    element.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    clearInterval(timer);
    if (open) {
      timer = setInterval(refresh, everyMs);
      refresh();
    }
    (open ? tabs[0] : button)?.focus();
  };
  const close = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': '关闭观察', click: () => setOpen(false) },
    icon('close'),
  );
  const head = h(
    'header',
    {},
    h('h2', {}, '观察'),
    h('div', { role: 'tablist', 'aria-label': '观察' }, ...tabs),
    close,
  );
  const element = h(
    'aside',
    { class: 'drawer', 'aria-label': '观察', testid: 'observe', hidden: true },
    head,
    body,
  );
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') setOpen(false);
  });
  button.addEventListener('click', () => setOpen(element.hasAttribute('hidden')));
  if (current !== undefined) choose(current);
  return element;
}
