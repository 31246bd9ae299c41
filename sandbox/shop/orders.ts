import { escapeHtml } from '../kernel/html.js';
import type { Order } from './customers.js';

export const states: Readonly<Record<string, string>> = {
  unpaid: '待付款',
  paid: '待发货',
  shipped: '运输中',
  delivered: '已签收',
  completed: '已完成',
  returning: '退货中',
  refunded: '已退款',
};

export const DAY_MS = 24 * 60 * 60 * 1000;
const day = new Intl.DateTimeFormat('zh-CN', { month: 'long', day: 'numeric', timeZone: 'Asia/Shanghai' });

/** A customer's own orders as a list; `now` is epoch ms. */
export function orderList(orders: readonly Order[], now: number): string {
  if (orders.length === 0) return '<p class="quiet">还没有订单。</p>';
  return `<ul class="orders">${orders.map((order) => orderLine(order, now)).join('')}</ul>`;
}

function orderLine({ number, placedDaysAgo, items, status, parcel }: Order, now: number): string {
  const goods = items.map(({ name, quantity }) => `${name} ×${quantity}`).join('，');
  const fen = items.reduce((sum, { quantity, priceFen }) => sum + quantity * priceFen, 0);
  const placed = day.format(now - placedDaysAgo * DAY_MS);
  const sent = parcel ? ` · ${parcel.courier} ${parcel.trackingNumber}` : '';
  return `<li><div><b>${escapeHtml(goods)}</b><span>${escapeHtml(`订单号 ${number} · ${placed}${sent}`)}</span></div>
<div><em>${escapeHtml(states[status] ?? status)}</em><span>¥${(fen / 100).toFixed(2)}</span></div></li>`;
}
