import { avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { type IconName, icon } from '../dom/icons.js';
import type { Client } from '../state/client.js';

const places: readonly { name: IconName; words: string }[] = [
  { name: 'chat', words: '消息' },
  { name: 'person', words: '通讯录' },
  { name: 'calendar', words: '日程' },
  { name: 'grid', words: '工作台' },
];

/** The bar at the edge of a desktop client: oneself, and where else one could be. Only 消息 is built, so nothing here can be pressed. */
export function rail(client: Client): HTMLElement {
  const self = h('span', { class: 'rail-self' });
  const draw = (): void => {
    self.replaceChildren(avatar(client.directory.nameOf(client.as) ?? '', 'person'));
  };
  client.subscribe((change) => {
    if (change === 'seat') draw();
  });
  draw();
  const icons = places.map(({ name, words }, at) =>
    h('span', { class: `rail-place${at === 0 ? ' rail-here' : ''}` }, icon(name), h('small', {}, words)),
  );
  return h('div', { class: 'rail', 'aria-hidden': 'true' }, self, ...icons);
}
