import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { type CardName, type CardView, cardData } from '../core/cards/card.js';
import { locales } from '../core/i18n/texts.js';
import type { AdaptiveCard } from './adaptive.js';
import { bind } from './bind.js';
import { hostileTexts, samples, withTexts } from './samples.js';
import { shortenTexts } from './shorten.js';
import { templateOf, templateSource } from './templates.js';
import { wordsOf } from './words.js';

const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);
const cardNames = Object.keys(cardData) as CardName[];

/** Every text of a card that a person reads. */
function textsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? (['text', 'title', 'value'].includes(key) ? [inner] : []) : textsOf(inner),
  );
}

test('what a person typed comes out as it was typed, whatever it looks like', () => {
  const typed = fc.oneof(fc.constantFrom(...hostileTexts), fc.string());
  fc.assert(
    fc.property(fc.constantFrom('desk waiting', 'brief', 'answer'), typed, (name, text) => {
      const marker = `[${text}]`;
      const shown = textsOf(bind(withTexts(view(name), () => marker))).filter((each) => each.includes('['));
      assert.ok(shown.length > 2);
      for (const each of shown) assert.ok(each.includes(marker), each);
    }),
  );
});

/** Where a path of a template may lead: a field of the data in whose scope it stands, or what `bind` places beside it. */
const derived = ['left', 'several', 'tone', 'earlier', 'latest'];
const flags = ['is', 'not', 'has', 'lacks'];
const stated = new Set([
  'waiting',
  'active',
  'closed',
  'open',
  'sent',
  'dropped',
  'given',
  'expired',
  'note',
  'done',
  'renewed',
  'line',
  'lines',
  'choice',
]);

function check(node: unknown, scope: z.ZodType, root: z.ZodObject, at: string): void {
  if (typeof node === 'string') {
    for (const [, path = ''] of node.matchAll(/\$\{([^}]*)\}/g)) checkPath(path, scope, root, at);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const data = '$data' in node && typeof node.$data === 'string' ? node.$data.slice(2, -1) : undefined;
  const inner = data === undefined ? scope : rowsOf(data, scope, root, at);
  for (const [key, value] of Object.entries(node)) {
    if (key !== '$data') check(value, inner, root, `${at}.${key}`);
  }
}

function rowsOf(path: string, scope: z.ZodType, root: z.ZodObject, at: string): z.ZodType {
  const around = scope instanceof z.ZodObject && path in scope.shape ? scope : root;
  const list = around.shape[path === 'earlier' || path === 'latest' ? 'history' : path];
  assert.ok(list instanceof z.ZodArray, `${at}: ${path} is not a list of the card's data`);
  const { element } = list;
  assert.ok(element instanceof z.ZodType);
  return element;
}

function checkPath(path: string, scope: z.ZodType, root: z.ZodObject, at: string): void {
  assert.match(path, /^\$?\w+(\.\w+)*$/, `${at}: \${${path}} is more than a path`);
  const [first = '', ...rest] = path.split('.');
  if (first === '$root') checkPath(rest.join('.'), root, root, at);
  else if (first === 'words') checkWords(rest, at);
  else if (path !== '$data') checkField(first, rest, scope, at);
}

function checkField(first: string, rest: string[], scope: z.ZodType, at: string): void {
  assert.ok(scope instanceof z.ZodObject, `${at}: ${first} has no record to be found in`);
  const known = (name = '') => name in scope.shape || derived.includes(name);
  if (flags.includes(first))
    assert.ok(known(rest[0]) || stated.has(rest[0] ?? ''), `${at}: ${first}.${rest[0]}`);
  else assert.ok(known(first) && rest.length === 0, `${at}: no ${[first, ...rest].join('.')} in the data`);
}

function checkWords(keys: string[], at: string): void {
  for (const locale of locales) {
    let found: unknown = wordsOf[locale];
    for (const key of keys)
      found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
    assert.equal(typeof found, 'string', `${at}: no words.${keys.join('.')} in ${locale}`);
  }
}

for (const name of cardNames) {
  test(`${name}: the template asks only for data and words that exist, by plain paths`, () => {
    check(templateSource(name), cardData[name], cardData[name], name);
  });
}

test('every card has a sample in each of its states, and nothing is left unplaced', () => {
  assert.deepEqual(new Set(Object.values(samples).map(({ template }) => template)), new Set(cardNames));
  for (const [name, sample] of Object.entries(samples)) {
    cardData[sample.template].parse(sample.data);
    if (!name.includes('hostile')) assert.doesNotMatch(JSON.stringify(bind(sample)), /\$\{/, name);
  }
});

test('fixed words follow the reader’s language', () => {
  assert.ok(textsOf(bind(view('desk waiting'))).includes('认领'));
  assert.ok(textsOf(bind({ ...view('desk waiting'), locale: 'en' })).includes('Claim'));
});

test('a template is parsed once', () => {
  assert.equal(templateOf('desk'), templateOf('desk'));
});

test('of a long history the latest lines are read at once and the others unfold', () => {
  const { body } = bind(view('brief'));
  const folded = body.find((element) => element.type === 'Container' && element.id === 'history');
  assert.ok(folded?.type === 'Container');
  assert.equal(folded.isVisible, false);
  assert.deepEqual(
    textsOf(folded).filter((text) => text.includes('机器人')),
    ['你好，我上周买的扫地机器人不出水了', '机器人 · 14:01'],
  );
  const shown = textsOf({ ...bind(view('brief')), body: body.filter((element) => element !== folded) });
  assert.ok(shown.includes('好的，谢谢！需要我寄回去吗？'));
});

test('shortening keeps what buttons carry and what inputs are called', () => {
  const carried = (card: AdaptiveCard) =>
    [...JSON.stringify(card).matchAll(/"(?:data|id)":("[^"]*"|\{[^}]*\}\})/g)].map(([all]) => all);
  for (const sample of Object.values(samples)) {
    const card = bind(sample);
    assert.deepEqual(carried(shortenTexts(card, 1)), carried(card));
  }
});
