import { api } from '../control/api.js';
import type { Call } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { timeWithSeconds } from '../dom/time.js';
import type { Panel } from './drawer.js';
import { growingPanel, signOf } from './rows.js';

/** The API calls the product made to the platform. */
export const callsPanel = (): Panel =>
  growingPanel({
    id: 'calls',
    name: 'API 调用',
    empty: '还没有收到 API 调用',
    read: async (since) => (await api.calls(since)).calls,
    draw: drawCall,
  });

function drawCall({
  at,
  platform,
  method,
  path,
  status,
  code,
  error,
  ms,
  body,
  fault,
  dropped,
}: Call): HTMLElement {
  const failed = (status ?? 0) >= 400 || (code ?? 0) !== 0 || Boolean(error);
  const told = error || code;
  const result = `${status ?? '—'}${told ? ` / ${told}` : ''}`;
  const line = h(
    'summary',
    {},
    h('time', {}, timeWithSeconds(at)),
    signOf(platform),
    h('code', { class: 'verb' }, method),
    h('code', { class: 'path', title: path }, path.replace('/open-apis', '')),
    fault !== undefined && fault !== null ? h('span', { class: 'mark mark-fault' }, '故障') : null,
    dropped ? h('span', { class: 'mark mark-fault', title: dropped }, '静默丢弃') : null,
    h('span', { class: failed ? 'mark mark-bad' : 'mark mark-good' }, result),
    h('span', { class: 'took' }, `${Math.round(ms ?? 0)} ms`),
  );
  const detail = typeof body === 'string' ? body : (JSON.stringify(body, null, 2) ?? '（没有正文）');
  return h('li', {}, h('details', {}, line, h('pre', {}, detail)));
}
