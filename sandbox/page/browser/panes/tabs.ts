import { byId, h } from '../dom/element.js';
import type { Panes } from './panes.js';

/** In narrow windows one client or the customer's side shows at a time, and these choose which. */
export function sideTabs(panes: Panes): { draw: () => void } {
  const list = byId('tabs');
  const tab = (testid: string, words: string, isShown: boolean, show: () => void): HTMLElement =>
    h(
      'button',
      { type: 'button', role: 'tab', testid, 'aria-selected': String(isShown), click: () => choose(show) },
      words,
    );
  const choose = (show: () => void): void => {
    show();
    draw();
  };
  const draw = (): void => {
    const { side = 'staff', pane = '1' } = document.body.dataset;
    const count = panes.clients.length;
    const shownPane = Number(pane) > count ? 1 : Number(pane);
    document.body.dataset.pane = String(shownPane);
    const staff = panes.clients.map(({ drawing }, at) =>
      tab(
        at === 0 ? 'tab-staff' : `tab-staff-${at + 1}`,
        drawing.name,
        side === 'staff' && shownPane === at + 1,
        () => Object.assign(document.body.dataset, { side: 'staff', pane: String(at + 1) }),
      ),
    );
    const shop = tab('tab-shop', '顾客', side === 'shop', () => {
      document.body.dataset.side = 'shop';
    });
    list.replaceChildren(...staff, shop);
  };
  return { draw };
}
