import { avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { type Seat, seatSwitch } from './switch.js';

/** The customer's side: the demo shop with the real widget, as the chosen customer sees it. */
export function customerSide(
  customers: readonly { id: string; name: string }[],
  chosen: string,
  choose: (id: string) => void,
): HTMLElement {
  const frame = h('iframe', { class: 'shop', title: '顾客看到的商城页面', src: shopAddress(chosen) });
  const address = h('span', { class: 'shop-address' });
  const sit = (id: string): void => {
    address.textContent = shopAddress(id);
    open.setAttribute('href', shopAddress(id));
    if (frame.getAttribute('src') !== shopAddress(id)) frame.src = shopAddress(id);
  };
  const open = h('a', {
    class: 'icon-button',
    target: '_blank',
    rel: 'noopener',
    'aria-label': '在新标签页打开',
    title: '在新标签页打开',
  });
  open.append(icon('open'));
  const reload = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': '重新载入', title: '重新载入' },
    icon('reload'),
  );
  reload.addEventListener('click', () => {
    frame.src = frame.getAttribute('src') ?? '';
  });
  sit(chosen);
  const choice = { label: '切换顾客', testid: 'customer-switch', seats: seatsOf(customers) };
  const switcher = seatSwitch(choice, chosen, (id) => {
    sit(id);
    choose(id);
  });
  return h(
    'div',
    { class: 'customer' },
    h('div', { class: 'side-head' }, h('span', { class: 'side-name' }, '顾客一侧'), switcher),
    h('div', { class: 'browser' }, h('div', { class: 'browser-bar' }, reload, address, open), frame),
  );
}

const shopAddress = (customer: string): string => `/shop?${new URLSearchParams({ customer })}`;

const seatsOf = (customers: readonly { id: string; name: string }[]): Seat[] => [
  ...customers.map(({ id, name }) => ({
    id,
    name,
    note: '已登录顾客',
    face: avatar(name, 'person'),
  })),
  { id: '', name: '匿名访客', note: '未登录', face: avatar('访客', 'person') },
];
