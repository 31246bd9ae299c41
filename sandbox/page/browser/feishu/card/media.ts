import { objectsOf, textOf, wordsOf } from '../../control/json.js';
import { avatar } from '../../dom/avatar.js';
import { h } from '../../dom/element.js';
import { picture } from '../../dom/rich-text.js';
import type { CardContext, Draw } from './context.js';
import { lengthOf } from './measure.js';
import { set } from './style.js';

const sizes: Readonly<Record<string, string>> = {
  large: '160px',
  medium: '100px',
  small: '60px',
  tiny: '40px',
};

export const drawImage: Draw = (node) => {
  const element = h('figure', { class: 'card-image' }, picture(textOf(node.img_key), wordsOf(node.alt)));
  const [width, height] = textOf(node.size).split(/\s+/);
  const image = element.querySelector('img');
  if (image === null) return element;
  if (node.scale_type === 'crop_center' || node.scale_type === 'crop_top') {
    const square = sizes[textOf(node.size)];
    set(image, 'width', square ?? lengthOf(width));
    set(image, 'height', square ?? lengthOf(height ?? width));
    set(image, 'object-fit', 'cover');
    if (node.scale_type === 'crop_top') set(image, 'object-position', 'top');
  }
  set(image, 'border-radius', lengthOf(node.corner_radius));
  const title = wordsOf(node.title);
  if (title !== '') element.append(h('figcaption', {}, title));
  return element;
};

export const drawImages: Draw = (node) => {
  const images = objectsOf(node.img_list).map(({ img_key }) => picture(textOf(img_key), ''));
  const columns = textOf(node.combination_mode) === 'trisect' || images.length === 3 ? 3 : 2;
  const element = h('div', { class: 'card-images' }, ...images);
  set(element, 'grid-template-columns', `repeat(${columns}, 1fr)`);
  return element;
};

export const drawRule: Draw = () => h('hr', { class: 'card-rule' });

export const drawPerson: Draw = (node, _place, card) =>
  person(
    textOf(node.user_id),
    node.show_avatar !== false,
    node.show_name === true || node.style === 'capsule',
    card,
  );

export const drawPeople: Draw = (node, _place, card) => {
  const everyone = objectsOf(node.persons).map(({ id }) =>
    person(textOf(id), node.show_avatar === true, node.show_name !== false, card),
  );
  return h('div', { class: 'card-people' }, ...everyone);
};

export function person(id: string, withAvatar: boolean, withName: boolean, card: CardContext): HTMLElement {
  const name = card.nameOf(id) ?? '未知用户';
  return h(
    'span',
    { class: 'card-person', title: name },
    withAvatar ? avatar(name, 'person') : null,
    withName ? h('span', {}, name) : null,
  );
}
