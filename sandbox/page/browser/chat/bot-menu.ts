import type { MenuItem } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { openMenu } from '../dom/menu.js';
import { toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';
import { openLink } from './links.js';

/** The open bot's own menu, as its app has configured it; null when there is none. */
export function botMenu(client: Client): HTMLElement | null {
  const menu = client.openApp?.menu;
  if (!menu || menu.length === 0) return null;
  return h(
    'nav',
    { class: `bot-menu bot-menu-${client.drawing.menu}`, 'aria-label': '机器人菜单' },
    ...menu.map((item) => drawItem(client, item)),
  );
}

function drawItem(client: Client, item: MenuItem): HTMLElement {
  const { name, key, url, items = [] } = item;
  const button = h(
    'button',
    { type: 'button', class: 'plain', testid: `menu-${key ?? url ?? name}` },
    items && items.length > 0 && icon('menu'),
    name,
  );
  button.addEventListener('click', () => {
    if (!items || items.length === 0) choose(client, item);
    else
      openMenu(
        button,
        name,
        items.map((each) => ({ text: each.name, choose: () => choose(client, each) })),
      );
  });
  return button;
}

function choose(client: Client, { key, url }: MenuItem): void {
  const app = client.openApp;
  if (url) openLink(client, url);
  if (!key || app === null) return;
  client.api
    .menu(client.as, app.appId, key)
    .then(() => client.refresh())
    .catch((error: unknown) => toast('error', error instanceof Error ? error.message : '操作失败'));
}
