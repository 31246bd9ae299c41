import { api } from '../control/api.js';
import type { Drop } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { timeWithSeconds } from '../dom/time.js';
import type { Panel } from './drawer.js';
import { growingPanel, signOf } from './rows.js';

/** What a platform accepted and then did not deliver: nobody would know otherwise. */
export const dropsPanel = (): Panel =>
  growingPanel({
    id: 'drops',
    name: '静默丢弃',
    empty: '没有被平台悄悄丢弃的消息',
    read: async (since) => (await api.drops(since)).drops,
    draw: drawDrop,
  });

const drawDrop = ({ at, platform, app, person, why }: Drop): HTMLElement =>
  h(
    'li',
    { class: 'row', title: app },
    h('time', {}, timeWithSeconds(at)),
    signOf(platform),
    h('span', { class: 'path', title: why }, why),
    h('span', { class: 'mark mark-bad' }, `未送达 ${person}`),
  );
