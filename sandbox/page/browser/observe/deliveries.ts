import { api } from '../control/api.js';
import type { Connections, Delivery } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { timeWithSeconds } from '../dom/time.js';
import type { Panel } from './drawer.js';
import { growingPanel, signOf } from './rows.js';

const words: Readonly<Record<string, string>> = {
  event: '事件',
  callback: '回调',
  socket: '长连接',
  http: 'HTTP',
};

/** The events and callbacks the platform sent, and over which connections. */
export function deliveriesPanel(): Panel {
  const links = h('ul', { class: 'links', 'aria-label': '连接' });
  const panel = growingPanel({
    id: 'deliveries',
    name: '投递',
    empty: '还没有投递过事件或回调',
    read: async (since) => (await api.deliveries(since)).deliveries,
    draw: drawDelivery,
  });
  panel.element.prepend(links);
  const refresh = async (): Promise<void> => {
    await panel.refresh();
    links.replaceChildren(...drawLinks(await api.connections()));
  };
  return { ...panel, refresh };
}

function drawDelivery({ at, platform, kind, type, attempt, via, outcome, eventId }: Delivery): HTMLElement {
  const good = outcome === 'ok';
  return h(
    'li',
    { class: 'row', title: eventId ?? '' },
    h('time', {}, timeWithSeconds(at)),
    signOf(platform),
    h('span', { class: 'verb' }, words[kind] ?? kind),
    h('code', { class: 'path', title: type ?? '' }, type ?? ''),
    (attempt ?? 1) > 1 ? h('span', { class: 'mark mark-fault' }, `第 ${attempt} 次`) : null,
    h('span', { class: 'took' }, words[via ?? ''] ?? via ?? ''),
    h(
      'span',
      { class: good ? 'mark mark-good' : 'mark mark-bad', title: outcome ?? '' },
      good ? '成功' : (outcome ?? '进行中'),
    ),
  );
}

function drawLinks({ connections, urls }: Connections): HTMLElement[] {
  const sockets = connections.map(({ platform, app, deaf }) =>
    h('li', {}, signOf(platform), `长连接 · ${app}${deaf ? ' · 已失聪' : ''}`),
  );
  const addresses = urls.map(({ platform, url, verified, problem }) =>
    h('li', {}, signOf(platform), `${url} · ${verified ? '已验证' : (problem ?? '未验证')}`),
  );
  return [...sockets, ...addresses];
}
