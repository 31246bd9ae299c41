import { api, type Fault } from '../control/api.js';
import type { StandingFault } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { toast } from '../dom/toast.js';
import { sign } from '../panes/platform-switch.js';
import type { PlatformDrawing, PlatformName } from '../platform.js';
import type { Panel } from './drawer.js';

interface Switch {
  name: string;
  hint: string;
  fault: Omit<Fault, 'on'> & { on: Omit<Fault['on'], 'platform'> };
}

/** How each platform says that it was asked too often. */
const limited: Readonly<Record<PlatformName, Switch['fault']>> = {
  feishu: { on: {}, kind: 'status', status: 429, code: 99991400 },
  dingtalk: { on: {}, kind: 'status', status: 403, code: 90018 },
  wecom: { on: {}, kind: 'code', code: 45009 },
};

const switchesOf = (platform: PlatformName): readonly Switch[] => [
  { name: '接口限流', hint: 'API 一律回答调用过于频繁', fault: limited[platform] },
  { name: '服务端 5xx', hint: 'API 一律返回 503', fault: { on: {}, kind: 'status', status: 503 } },
  { name: '变慢 2 秒', hint: '每次 API 调用多等 2 秒', fault: { on: {}, kind: 'latency', ms: 2000 } },
  { name: '重复投递', hint: '每个事件投递两次', fault: { on: { delivery: 'event' }, kind: 'duplicate' } },
  {
    name: '长连接失聪',
    hint: '连接还在，但收不到任何东西',
    fault: { on: { socket: true }, kind: 'deaf-socket' },
  },
];

/** Switches for what can go wrong at each platform. Each stays on until it is switched off. */
export function faultsPanel(offered: readonly PlatformDrawing[]): Panel {
  let chosen = offered[0]?.id ?? 'feishu';
  let rows: FaultRow[] = [];
  const list = h('div', { class: 'fault-list' });
  const choices = offered.map((drawing) =>
    h(
      'button',
      { type: 'button', class: 'platform', testid: `faults-${drawing.id}`, click: () => choose(drawing.id) },
      sign(drawing),
      drawing.name,
    ),
  );
  const refresh = async (): Promise<void> => {
    const { faults } = await api.faults();
    for (const row of rows) row.show(faults);
  };
  const choose = (platform: PlatformName): void => {
    chosen = platform;
    offered.forEach(({ id }, at) => {
      choices[at]?.setAttribute('aria-pressed', String(id === platform));
    });
    rows = switchesOf(platform).map((one) => faultSwitch(platform, one, refresh));
    list.replaceChildren(...rows.map(({ element }) => element));
    attempt(refresh());
  };
  const drop = h('button', { type: 'button', class: 'plain' }, '断开所有长连接');
  drop.addEventListener('click', () => {
    const fault: Fault = { on: { platform: chosen, socket: true }, kind: 'drop-socket', times: 1 };
    attempt(api.addFault(fault).then(() => toast('info', '长连接已断开')));
  });
  const clear = h('button', { type: 'button', class: 'plain' }, '全部恢复正常');
  clear.addEventListener('click', () => attempt(api.removeFaults().then(refresh)));
  choose(chosen);
  const element = h(
    'div',
    { class: 'levers' },
    h('p', { class: 'hint' }, '模拟平台出问题的时候，看看客服系统怎样应对。'),
    offered.length > 1 &&
      h('div', { class: 'platforms', role: 'group', 'aria-label': '哪个平台' }, ...choices),
    list,
    h('div', { class: 'lever-row' }, drop, clear),
  );
  return { id: 'faults', name: '故障', element, refresh };
}

interface FaultRow {
  element: HTMLElement;
  /** Shows whether its fault is among those that stand, whoever ordered it. */
  show: (standing: readonly StandingFault[]) => void;
}

function faultSwitch(
  platform: PlatformName,
  { name, hint, fault }: Switch,
  refresh: () => Promise<void>,
): FaultRow {
  const order: Fault = { ...fault, on: { ...fault.on, platform } };
  const tick = h('input', { type: 'checkbox', role: 'switch' });
  let ids: StandingFault['id'][] = [];
  const turn = async (on: boolean): Promise<void> => {
    if (on) await api.addFault(order);
    else for (const id of ids) await api.removeFault(id);
    await refresh();
  };
  tick.addEventListener('change', () => attempt(turn(tick.checked)));
  const element = h(
    'label',
    { class: 'fault' },
    tick,
    h('span', {}, h('strong', {}, name), h('small', {}, hint)),
  );
  const show = (standing: readonly StandingFault[]): void => {
    ids = standing.filter((one) => isSame(one, order)).map(({ id }) => id);
    tick.checked = ids.length > 0;
  };
  return { element, show };
}

function isSame(one: StandingFault, { on, kind, status, code, ms }: Fault): boolean {
  const sameKind = one.kind === kind && one.status === status && one.code === code && one.ms === ms;
  const { platform, delivery, socket, ...narrower } = one.on;
  const isWhole = Object.keys(narrower).length === 0;
  return sameKind && isWhole && platform === on.platform && delivery === on.delivery && socket === on.socket;
}

function attempt(work: Promise<void>): void {
  work.catch((error: unknown) => toast('error', error instanceof Error ? error.message : '操作失败'));
}
