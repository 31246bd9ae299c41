import { readSeats, seatsAddress } from '../address/seats.js';
import chatStyles from './chat/chat.css';
import composerStyles from './chat/composer.css';
import messageStyles from './chat/message.css';
import { api } from './control/api.js';
import type { World } from './control/shapes.js';
import { byId, h } from './dom/element.js';
import floatingStyles from './dom/floating.css';
import { wear } from './dom/styles.js';
import { observeDrawer } from './observe/drawer.js';
import observeStyles from './observe/observe.css';
import paneStyles from './panes/panes.css';
import { Panes } from './panes/panes.js';
import { drawings } from './panes/platforms.js';
import { sideTabs } from './panes/tabs.js';
import { customerSide } from './seats/customer.js';
import type { Change, Client } from './state/client.js';

/** Puts the page together: staff at the left, the customer at the right, and what is remembered in the address. */
async function start(): Promise<void> {
  const world = await api.world();
  const asked = readSeats(location.search);
  let customer = firstCustomer(world, asked.customer);
  const remember = (): void => {
    history.replaceState(null, '', seatsAddress({ panes: panes.seats, customer }));
  };
  const panes = new Panes(world, (change) => changed(change));
  const tabs = sideTabs(panes);
  const changed = (change: Change): void => {
    if (change === 'open' || change === 'seat') remember();
    if (change === 'seat') tabs.draw();
    byId('lost').hidden = panes.clients.every(({ online }) => online);
    document.title = titleOf(panes.clients);
  };
  byId('staff').replaceChildren(panes.element);
  if (!panes.open(asked.panes))
    return explain('沙盒里还没有成员', '用 PUT /control/world 或 --world 载入演示数据后，刷新本页。');
  byId('shop').replaceChildren(
    customerSide(world.shop?.customers ?? [], customer, (id) => {
      customer = id;
      remember();
    }),
  );
  const refreshAll = () => Promise.all(panes.clients.map((client) => client.refresh()));
  document.body.append(observeDrawer(byId('observe-button'), { offered: panes.offered, refreshAll }));
}

/** Whom the address names, if the world knows them; otherwise the first, or a visitor. */
function firstCustomer({ shop }: World, asked: string | null): string {
  const customers = shop?.customers ?? [];
  const isKnown = asked === '' || customers.some(({ id }) => id === asked);
  return isKnown && asked !== null ? asked : (customers[0]?.id ?? '');
}

function titleOf(clients: readonly Client[]): string {
  const unread = clients
    .flatMap(({ entries }) => entries)
    .reduce((sum, { chat }) => sum + (chat?.unread ?? 0), 0);
  const names = clients.map(({ directory, as }) => directory.nameOf(as) ?? '');
  return `${unread > 0 ? `(${unread}) ` : ''}${[...new Set(names)].join(' / ')} · 本地沙盒`;
}

function explain(words: string, more: string): void {
  byId('staff').replaceChildren(h('div', { class: 'empty' }, h('h2', {}, words), h('p', {}, more)));
}

wear(chatStyles, messageStyles, composerStyles, paneStyles, floatingStyles, observeStyles);
wear(...Object.values(drawings).flatMap(({ styles }) => styles));
start().catch((error: unknown) => {
  explain('页面没能打开', error instanceof Error ? error.message : '请刷新重试');
});
