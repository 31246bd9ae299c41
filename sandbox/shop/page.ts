import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { escapeHtml } from '../kernel/html.js';
import type { Reply, Request } from '../kernel/http.js';
import type { Customer, Shop } from './customers.js';
import { products } from './goods.js';
import { orderList } from './orders.js';

const style = readFileSync(new URL('./shop.css', import.meta.url), 'utf8');

/** The customer who is logged in at the shop, on a request for its page. */
export const shopCustomer = (shop: Shop | undefined, request: Request): Customer | undefined =>
  shop?.customers?.find(({ id }) => id === request.query.get('customer'));

/** The demo shop: what a merchant's page looks like with the product's widget in it. */
export function shopPage(shop: Shop | undefined, request: Request, now: number): Reply {
  if (!shop) return { status: 404, headers: html, body: 'The world names no shop; see sandbox/README.md' };
  const asked = request.query.get('customer') ?? '';
  const customer = shopCustomer(shop, request);
  if (asked && !customer) return { status: 404, headers: html, body: `没有顾客 ${escapeHtml(asked)}` };
  return { status: 200, headers: html, body: page(shop, customer, now) };
}

const html = { 'content-type': 'text/html; charset=utf-8' };

function page(shop: Shop, customer: Customer | undefined, now: number): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(shop.name)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
  <a class="brand" href="/shop${customer ? `?customer=${encodeURIComponent(customer.id)}` : ''}">${escapeHtml(shop.name)}</a>
  <nav aria-label="主导航"><a href="#goods">茶与器</a><a href="#orders">我的订单</a></nav>
  ${whoIs(shop, customer)}
</header>
<main>
  <section class="hero"><h1>慢一点，喝口茶</h1><p>当季新茶与手作器物，16:00 前付款当天从杭州发出，七日内可退换。</p></section>
  <section id="goods"><h2>茶与器</h2><ul class="goods">${products.map(productCard).join('')}</ul></section>
  <section id="orders"><h2>我的订单</h2>${customer ? orderList(customer.orders ?? [], now) : '<p class="quiet">登录后可查看订单。</p>'}</section>
</main>
<footer>${escapeHtml(shop.name)} · 演示店铺，所有商品与订单均为虚构</footer>
${widget(shop, customer)}
</body>
</html>`;
}

function whoIs(shop: Shop, customer: Customer | undefined): string {
  const others = (shop.customers ?? [])
    .map(({ id, name }) => `<a href="/shop?customer=${encodeURIComponent(id)}">${escapeHtml(name)}</a>`)
    .join('');
  const visitor = '<a href="/shop?customer=">访客</a>';
  const name = customer ? escapeHtml(customer.name) : '访客';
  return `<details class="who"><summary>您好，${name}</summary><div>${others}${visitor}</div></details>`;
}

const productCard = ({ name, note, price, drawing }: (typeof products)[number]): string =>
  `<li><div class="picture">${drawing}</div><h3>${name}</h3><p>${note}</p><strong>¥${price}</strong></li>`;

/** The widget's tag; who the customer is, is signed here, on the server, so that nobody can claim to be another. */
function widget({ widget }: Shop, customer: Customer | undefined): string {
  if (!widget) return '';
  const attributes: Record<string, string> = {
    src: widget.scriptUrl,
    'data-account': customer?.account ?? widget.account,
    ...(customer
      ? {
          'data-user-id': customer.id,
          'data-user-name': customer.name,
          'data-user-signature': createHmac('sha256', widget.identitySecret)
            .update(customer.id)
            .digest('hex'),
        }
      : {}),
    ...(widget.color ? { 'data-color': widget.color } : {}),
    'data-lang': 'zh-CN',
  };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escapeHtml(value)}"`);
  return `<script async ${written.join(' ')}></script>`;
}
