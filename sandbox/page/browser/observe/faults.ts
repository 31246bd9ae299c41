import { api, type Fault } from '../control/api.js';
import { h } from '../dom/element.js';
import { toast } from '../dom/toast.js';
import type { Panel } from './drawer.js';

interface Switch {
  name: string;
  hint: string;
  fault: Fault;
}

const everyCall = { path: '/open-apis/**' };
const switches: readonly Switch[] = [
  {
    name: '限流 429',
    hint: 'API 一律返回 429',
    fault: { on: everyCall, kind: 'status', status: 429, code: 99991400 },
  },
  { name: '服务端 5xx', hint: 'API 一律返回 503', fault: { on: everyCall, kind: 'status', status: 503 } },
  { name: '变慢 2 秒', hint: '每次 API 调用多等 2 秒', fault: { on: everyCall, kind: 'latency', ms: 2000 } },
  { name: '重复投递', hint: '每个事件投递两次', fault: { on: { delivery: 'event' }, kind: 'duplicate' } },
  {
    name: '长连接失聪',
    hint: '连接还在，但收不到任何东西',
    fault: { on: { socket: true }, kind: 'deaf-socket' },
  },
];
const dropSockets: Fault = { on: { socket: true }, kind: 'drop-socket', times: 1 };

/** Switches for what can go wrong at a platform. Each stays on until it is switched off. */
export function faultsPanel(): Panel {
  const rows = switches.map((one) => faultSwitch(one));
  const refresh = async (): Promise<void> => {
    const ids = (await api.faults()).faults.map(({ id }) => id);
    for (const row of rows) row.show(ids);
  };
  const drop = h('button', { type: 'button', class: 'plain' }, '断开所有长连接');
  drop.addEventListener('click', () =>
    attempt(api.addFault(dropSockets).then(() => toast('info', '长连接已断开'))),
  );
  const clear = h('button', { type: 'button', class: 'plain' }, '全部恢复正常');
  clear.addEventListener('click', () => attempt(api.removeFaults().then(refresh)));
  const element = h(
    'div',
    { class: 'levers' },
    h('p', { class: 'hint' }, '模拟平台出问题的时候，看看客服系统怎样应对。'),
    ...rows.map((row) => row.element),
    h('div', { class: 'lever-row' }, drop, clear),
  );
  return { id: 'faults', name: '故障', element, refresh };
}

interface FaultRow {
  element: HTMLElement;
  /** Shows whether its fault is among those that stand. */
  show: (standing: readonly (string | number)[]) => void;
}

function faultSwitch({ name, hint, fault }: Switch): FaultRow {
  const tick = h('input', { type: 'checkbox', role: 'switch' });
  let id: string | number | null = null;
  const turnOn = async (): Promise<void> => {
    id = (await api.addFault(fault)).id;
  };
  const turnOff = async (): Promise<void> => {
    if (id !== null) await api.removeFault(id);
    id = null;
  };
  tick.addEventListener('change', () => attempt(tick.checked ? turnOn() : turnOff()));
  const element = h(
    'label',
    { class: 'fault' },
    tick,
    h('span', {}, h('strong', {}, name), h('small', {}, hint)),
  );
  const show = (standing: readonly (string | number)[]): void => {
    if (id === null || standing.includes(id)) return;
    id = null;
    tick.checked = false;
  };
  return { element, show };
}

function attempt(work: Promise<void>): void {
  work.catch((error: unknown) => toast('error', error instanceof Error ? error.message : '操作失败'));
}
