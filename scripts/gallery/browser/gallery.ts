import type { drawCard } from '../../../cards/html/browser/cards.js';
import cardStyles from '../../../cards/html/public/cards.css';
import pageStyles from '../../../server/pages/public/page.css';
import type { Entry, Shown, Surface } from '../entries.js';
import groundStyles from './look/signed-page.css';

declare const galleryData: { template: string; entries: Entry[] };
declare const imdeskCards: { drawCard: typeof drawCard };
declare const sandboxClients: { draw(into: HTMLElement, shown: object): void };

const surfaceNames: Record<Surface, string> = {
  feishu: 'Feishu · card 2.0',
  dingtalk: 'DingTalk · card',
  wecom: 'WeCom · app',
  html: 'Signed page',
};
const surfaces = ['feishu', 'dingtalk', 'wecom', 'html'] as const;
const { template, entries } = galleryData;
/** The address may ask for cards by their names, and for what the filters begin with. */
const asked = new URLSearchParams(location.search);
const askedNames = asked.getAll('name');
const all = 'all';

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
const byId = (id: string): HTMLElement => document.getElementById(id) ?? make('div');

function drawEntry(entry: Entry): HTMLElement {
  const figures = surfaces.map((surface) => {
    const place = make('div');
    const caption = `${surfaceNames[surface]}${wordsMark(entry, surface)} · ${entry.bytes[surface]} bytes`;
    const figure = make('figure', {}, make('figcaption', { textContent: caption }), place);
    figure.dataset.surface = surface;
    if (surface === 'html') drawPage(entry, place);
    else drawClient(entry.shown[surface], place);
    return figure;
  });
  const more = [entry.card, entry.state, entry.locale].filter(Boolean).join(' · ');
  const title = make('h3', {}, entry.name, make('small', { textContent: more }));
  const article = make('article', {}, title, make('div', { className: 'surfaces' }, ...figures));
  article.dataset.name = entry.name;
  return article;
}

const wordsMark = (entry: Entry, surface: Surface): string =>
  surface !== 'html' && entry.shown[surface].type === 'text' ? ' · in words' : '';

const drawClient = ({ dingtalk, ...shown }: Shown, into: HTMLElement): void =>
  sandboxClients.draw(into, dingtalk ? { ...shown, dingtalk: { template, ...dingtalk } } : shown);

/** In a shadow, since the page's own style sheet is made for a whole page. */
function drawPage({ html }: Entry, into: HTMLElement): void {
  const shadow = into.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = pageSheets;
  const card = make('div', { id: 'card' });
  shadow.append(make('div', { className: 'ground' }, card));
  imdeskCards.drawCard(html, card, () => {});
}
const pageSheets = [pageStyles, cardStyles, groundStyles].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});

/** A choice among the values that there are; what the address says is chosen at first. */
function choice(name: string, values: readonly string[]): HTMLLabelElement {
  const select = make('select', { name }, ...[all, ...new Set(values)].map((value) => new Option(value)));
  select.value = asked.get(name) ?? all;
  return make('label', {}, `${name} `, select);
}

function tick(name: string, value: string, words: string): HTMLLabelElement {
  const given = asked.getAll(name);
  const checked = given.length === 0 ? name === 'surface' : given.includes(value);
  return make('label', {}, make('input', { type: 'checkbox', name, value, checked }), ` ${words}`);
}

const filters = make('form');
const drawn = entries
  .filter(({ name }) => askedNames.length === 0 || askedNames.includes(name))
  .map((entry) => ({ entry, element: drawEntry(entry) }));

function apply(): void {
  const chosen = new FormData(filters);
  const isChosen = (name: string, value: string) => [all, value].includes(String(chosen.get(name)));
  const shown = chosen.getAll('surface').map(String);
  let count = 0;
  for (const { entry, element } of drawn) {
    element.hidden =
      !isChosen('card', entry.card) ||
      !isChosen('state', entry.state || 'none') ||
      !isChosen('locale', entry.locale) ||
      !isChosen('group', entry.group);
    if (!element.hidden) count += 1;
    for (const figure of element.querySelectorAll('figure'))
      figure.hidden = !shown.includes(figure.dataset.surface ?? '');
  }
  document.documentElement.style.setProperty('--columns', String(Math.max(1, shown.length)));
  document.body.classList.toggle('phone', chosen.has('phone'));
  byId('count').textContent = `${count} of ${entries.length}`;
}

filters.append(
  choice(
    'group',
    entries.map(({ group }) => group),
  ),
  choice(
    'card',
    entries.map(({ card }) => card),
  ),
  choice(
    'state',
    entries.map(({ state }) => state || 'none'),
  ),
  choice(
    'locale',
    entries.map(({ locale }) => locale),
  ),
  make('fieldset', {}, ...surfaces.map((surface) => tick('surface', surface, surfaceNames[surface]))),
  tick('phone', '375', 'phone width'),
);
byId('filters').replaceWith(filters);
filters.id = 'filters';
for (const part of document.querySelectorAll('header, #hostile-title'))
  if (part instanceof HTMLElement) part.hidden = askedNames.length > 0;
filters.addEventListener('change', apply);
for (const { entry, element } of drawn) byId(entry.hostile ? 'hostile' : 'cards').append(element);
apply();
