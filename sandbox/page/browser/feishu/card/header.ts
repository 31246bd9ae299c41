import { hueOf } from '../../../markup/colour.js';
import { type JsonObject, objectOf, objectsOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { picture, textTag } from '../../dom/rich-text.js';
import { lengthOf } from './measure.js';
import { set } from './style.js';

/** The coloured head of a card: icon, title, tags and subtitle. */
export function drawHeader(header: JsonObject): HTMLElement {
  const hue = hueOf(textOf(header.template));
  const subtitle = wordsOf(header.subtitle);
  const translated = objectsOf(objectOf(header.i18n_text_tag_list).zh_cn);
  const tags = (translated.length > 0 ? translated : objectsOf(header.text_tag_list)).slice(0, 3);
  const image = textOf(objectOf(header.icon).img_key);
  const element = h(
    'header',
    { class: 'card-header' },
    image === '' ? null : h('span', { class: 'card-header-icon' }, picture(image, '')),
    h(
      'div',
      { class: 'card-heading' },
      h('h3', { class: 'card-title' }, wordsOf(header.title)),
      ...tags.map((tag) => textTag(wordsOf(tag.text), textOf(tag.color, 'blue'))),
      subtitle === '' ? null : h('p', { class: 'card-subtitle' }, subtitle),
    ),
  );
  if (hue !== null) {
    set(element, '--tint', hue.tint);
    set(element, '--plain', hue.plain);
    set(element, '--deep', hue.deep);
  } else element.classList.add('card-header-plain');
  set(element, 'padding', lengthOf(header.padding));
  return element;
}
