import { api } from '../control/api.js';
import { h } from '../dom/element.js';
import { fullTime } from '../dom/time.js';
import { toast } from '../dom/toast.js';
import type { Panel } from './drawer.js';

const minute = 60_000;
const steps = [
  ['快进 1 分钟', minute],
  ['快进 1 小时', 60 * minute],
  ['快进 1 天', 24 * 60 * minute],
] as const;

/** The sandbox's clock, and how to move it: retries, timeouts and working hours follow. */
export function clockPanel(refreshAll: () => Promise<unknown>): Panel {
  const face = h('output', { class: 'clock-face' });
  const refresh = async (): Promise<void> => {
    face.textContent = fullTime((await api.clock()).now);
  };
  const buttons = steps.map(([words, ms]) => {
    const advance = (): void => {
      api
        .advance(ms)
        .then(() => Promise.all([refresh(), refreshAll()]))
        .catch((error: unknown) => toast('error', error instanceof Error ? error.message : '无法快进'));
    };
    return h('button', { type: 'button', class: 'plain', click: advance }, words);
  });
  const element = h(
    'div',
    { class: 'levers' },
    h('p', { class: 'hint' }, '沙盒时钟。投递重试、超时与排班都跟随它。'),
    face,
    h('div', { class: 'lever-row' }, ...buttons),
  );
  return { id: 'clock', name: '时钟', element, refresh };
}
