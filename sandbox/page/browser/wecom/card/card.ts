import { resourceAddress } from '../../control/api.js';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../control/json.js';
import type { Message } from '../../control/shapes.js';
import { h } from '../../dom/element.js';
import { icon } from '../../dom/icons.js';
import { openMenu } from '../../dom/menu.js';
import type { DrawContext } from '../../platform.js';
import { link, linkRow, opening } from '../content.js';
import { drawButtons, drawSubmit } from './buttons.js';
import { Choices } from './choices.js';

/** Draws a template card of any of the five kinds, in the order in which WeCom's client stacks its parts. */
export function drawCard(message: Message, context: DrawContext): HTMLElement {
  const card = objectOf(message.card);
  const choices = new Choices(card, context.drafts);
  const action = objectOf(card.card_action);
  const element = h(
    'article',
    {
      class: 'wecom-card wecom-template',
      testid: `card-${message.id}`,
      'data-card-type': textOf(card.card_type),
      'aria-label': '模板卡片',
    },
    drawHead(card, context),
    drawPicture(card),
    drawTitle(card, action),
    drawImageText(card),
    drawEmphasis(objectOf(card.emphasis_content)),
    drawQuote(card),
    drawWords(card.sub_title_text, 'wecom-sub-title'),
    drawVerticals(card),
    drawRows(card, context),
    choices.element,
    drawJumps(card, context),
    drawButtons(card, choices, context),
    drawSubmit(card, choices, context),
  );
  return action.type === 1 ? opening(element, textOf(action.url), context.openLink) : element;
}

function drawWords(value: unknown, className: string): HTMLElement | null {
  return textOf(value) === '' ? null : h('p', { class: className }, textOf(value));
}

const sourceColours: Readonly<Record<string, string>> = { 1: 'black', 2: 'red', 3: 'green' };

/** Where it comes from, and the ⋯ at the corner. */
function drawHead(card: JsonObject, context: DrawContext): HTMLElement | null {
  const source = objectOf(card.source);
  const menu = drawMenu(card, context);
  if (textOf(source.desc) === '' && textOf(source.icon_url) === '' && menu === null) return null;
  const colour = sourceColours[textOf(source.desc_color)] ?? 'grey';
  const image = textOf(source.icon_url);
  return h(
    'header',
    { class: 'wecom-head' },
    image === '' ? null : h('img', { src: image, alt: '', referrerpolicy: 'no-referrer' }),
    h('span', { class: `wecom-source wecom-source-${colour}` }, textOf(source.desc)),
    menu,
  );
}

function drawMenu(card: JsonObject, context: DrawContext): HTMLElement | null {
  const menu = objectOf(card.action_menu);
  const items = objectsOf(menu.action_list);
  if (items.length === 0) return null;
  const label = textOf(menu.desc, '更多操作');
  const button = h('button', {
    type: 'button',
    class: 'wecom-more',
    'aria-label': label,
    'aria-haspopup': 'menu',
  });
  button.append(icon('more'));
  button.addEventListener('click', () =>
    openMenu(
      button,
      label,
      items.map((item, at) => ({
        text: textOf(item.text),
        choose: () => void context.press(button, { button: { path: ['action_menu', 'action_list', at] } }),
      })),
    ),
  );
  return button;
}

function drawPicture(card: JsonObject): HTMLElement | null {
  const { url, aspect_ratio: ratio } = objectOf(card.card_image);
  if (textOf(url) === '') return null;
  const image = h('img', {
    class: 'wecom-picture',
    src: textOf(url),
    alt: '',
    referrerpolicy: 'no-referrer',
  });
  image.style.aspectRatio = textOf(ratio, '1.3');
  return image;
}

/** The title is the card's own link, for those who do not press with a mouse. */
function drawTitle(card: JsonObject, action: JsonObject): HTMLElement | null {
  const { title, desc } = objectOf(card.main_title);
  const url = action.type === 1 ? textOf(action.url) : '';
  const words = textOf(title);
  const line = url === '' ? h('span', {}, words) : link(url, 'wecom-title-link', words);
  return h(
    'div',
    { class: 'wecom-main' },
    words === '' ? null : h('h3', { class: 'wecom-title' }, line),
    drawWords(desc, 'wecom-grey'),
  );
}

function drawImageText(card: JsonObject): HTMLElement | null {
  const area = objectOf(card.image_text_area);
  if (textOf(area.image_url) === '') return null;
  return link(
    area.type === 1 ? textOf(area.url) : '',
    'wecom-image-text',
    h('img', { src: textOf(area.image_url), alt: '', referrerpolicy: 'no-referrer' }),
    h(
      'span',
      {},
      h('span', { class: 'wecom-title' }, textOf(area.title)),
      h('span', { class: 'wecom-grey' }, textOf(area.desc)),
    ),
  );
}

function drawEmphasis({ title, desc }: JsonObject): HTMLElement | null {
  if (textOf(title) === '' && textOf(desc) === '') return null;
  return h('div', { class: 'wecom-emphasis' }, h('strong', {}, textOf(title)), h('span', {}, textOf(desc)));
}

function drawQuote(card: JsonObject): HTMLElement | null {
  const quote = objectOf(card.quote_area);
  const [title, words] = [textOf(quote.title), textOf(quote.quote_text)];
  if (title === '' && words === '') return null;
  return link(
    quote.type === 1 ? textOf(quote.url) : '',
    'wecom-quote',
    title === '' ? null : h('strong', {}, title),
    words === '' ? null : h('span', {}, words),
  );
}

function drawVerticals(card: JsonObject): HTMLElement | null {
  const items = objectsOf(card.vertical_content_list);
  if (items.length === 0) return null;
  return h(
    'div',
    { class: 'wecom-verticals' },
    ...items.map(({ title, desc }) =>
      h('div', {}, h('strong', {}, textOf(title)), drawWords(desc, 'wecom-grey')),
    ),
  );
}

/** Two columns: what it is called, and what it is; links, files and members are blue. */
function drawRows(card: JsonObject, { nameOf }: DrawContext): HTMLElement | null {
  const rows = objectsOf(card.horizontal_content_list);
  if (rows.length === 0) return null;
  return h(
    'dl',
    { class: 'wecom-rows' },
    ...rows.flatMap((row) => [h('dt', {}, textOf(row.keyname)), h('dd', {}, drawValue(row, nameOf))]),
  );
}

function drawValue(row: JsonObject, nameOf: DrawContext['nameOf']): HTMLElement {
  const words = textOf(row.value);
  switch (row.type) {
    case 1:
      return link(textOf(row.url), 'wecom-blue', words || textOf(row.url));
    case 2:
      return h(
        'a',
        { class: 'wecom-blue', href: resourceAddress(textOf(row.media_id)), download: words },
        words,
      );
    case 3:
      return h('span', { class: 'wecom-blue' }, words || (nameOf(textOf(row.userid)) ?? textOf(row.userid)));
    default:
      return h('span', {}, words);
  }
}

function drawJumps(card: JsonObject, context: DrawContext): HTMLElement | null {
  const jumps = objectsOf(card.jump_list);
  if (jumps.length === 0) return null;
  return h('div', { class: 'wecom-jumps' }, ...jumps.map((jump, at) => drawJump(jump, at, context)));
}

/** Type 3 asks the bot something in the name of whoever presses. */
function drawJump(jump: JsonObject, at: number, context: DrawContext): HTMLElement {
  const words = textOf(jump.title);
  if (jump.type !== 3) return jump.type === 1 ? linkRow(words, textOf(jump.url)) : linkRow(words, '');
  const button = h('button', { type: 'button', class: 'wecom-row-link' }, words);
  button.addEventListener('click', () => void context.press(button, { button: { path: ['jump_list', at] } }));
  return button;
}
