import chatStyles from './chat/chat.css';
import composerStyles from './chat/composer.css';
import { conversation } from './chat/conversation.js';
import { chatList } from './chat/list.js';
import messageStyles from './chat/message.css';
import { api } from './control/api.js';
import { avatar } from './dom/avatar.js';
import { byId, h } from './dom/element.js';
import floatingStyles from './dom/floating.css';
import { wear } from './dom/styles.js';
import { observeDrawer } from './observe/drawer.js';
import observeStyles from './observe/observe.css';
import { drawings } from './platforms.js';
import { customerSide } from './seats/customer.js';
import { seatSwitch } from './seats/switch.js';
import { readSeats, type Seats, writeSeats } from './state/address.js';
import { Client } from './state/client.js';

/** Puts the page together: staff at the left, the customer at the right, and what is remembered in the address. */
async function start(): Promise<void> {
  const world = await api.world();
  const asked = readSeats();
  const drawing = Object.values(drawings).find(({ id }) => id === asked.im) ?? drawings.feishu;
  const client = new Client(drawing, world[drawing.id]);
  const customers = world.shop?.customers ?? [];
  const seats = firstSeats(client, customers, asked);
  if (seats.as === null)
    return explain('沙盒里还没有成员', '用 PUT /control/world 或 --world 载入演示数据后，刷新本页。');
  const remember = (changed: Partial<Seats>): void => writeSeats(Object.assign(seats, changed));
  const person = personSwitch(client, seats.as, (as) => {
    remember({ as, chat: null });
    client.sitDown(as, null);
  });
  const head = h(
    'div',
    { class: 'side-head' },
    h('span', { class: 'side-name' }, `${drawing.name} · 客服一侧`),
    person,
  );
  byId('staff').replaceChildren(
    head,
    h('div', { class: `client ${drawing.theme}` }, chatList(client), conversation(client)),
  );
  byId('shop').replaceChildren(
    customerSide(customers, seats.customer ?? '', (customer) => remember({ customer })),
  );
  document.body.append(observeDrawer(client, byId('observe-button')));
  client.subscribe((change) => {
    if (change === 'open') remember({ chat: client.open });
    byId('lost').hidden = client.online;
    byId('staff').classList.toggle('chat-open', client.open !== null);
    document.title = title(client);
  });
  remember({});
  listenToTabs();
  client.sitDown(seats.as, seats.chat);
}

/** Whoever the address names and the world knows; otherwise the first of each. */
function firstSeats(
  { directory }: Client,
  customers: readonly { id: string; name: string }[],
  asked: Seats,
): Seats {
  const knows = (list: readonly { id: string }[], id: string | null): boolean =>
    list.some((one) => one.id === id);
  const as = knows(directory.people, asked.as) ? asked.as : (directory.people[0]?.id ?? null);
  const isCustomer = asked.customer === '' || knows(customers, asked.customer);
  const customer = isCustomer ? asked.customer : (customers[0]?.id ?? '');
  return { ...asked, as, customer };
}

function personSwitch({ directory }: Client, chosen: string, choose: (id: string) => void): HTMLElement {
  const seats = directory.people.map(({ id, name, title }) => ({
    id,
    name,
    note: title ?? '成员',
    face: avatar(name, 'person'),
  }));
  return seatSwitch({ label: '切换成员', testid: 'person-switch', seats }, chosen, choose);
}

function title({ entries, directory, as }: Client): string {
  const unread = entries.reduce((sum, { chat }) => sum + (chat?.unread ?? 0), 0);
  return `${unread > 0 ? `(${unread}) ` : ''}${directory.nameOf(as) ?? ''} · 本地沙盒`;
}

/** On narrow screens one side shows at a time. */
function listenToTabs(): void {
  for (const side of ['staff', 'shop']) {
    byId(`tab-${side}`).addEventListener('click', () => {
      document.body.dataset.side = side;
      for (const other of ['staff', 'shop'])
        byId(`tab-${other}`).setAttribute('aria-selected', String(other === side));
    });
  }
}

function explain(words: string, more: string): void {
  byId('staff').replaceChildren(h('div', { class: 'empty' }, h('h2', {}, words), h('p', {}, more)));
}

wear(chatStyles, messageStyles, composerStyles, floatingStyles, observeStyles);
wear(...Object.values(drawings).flatMap(({ styles }) => styles));
start().catch((error: unknown) => {
  explain('页面没能打开', error instanceof Error ? error.message : '请刷新重试');
});
