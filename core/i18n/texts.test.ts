import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { en } from './en.js';
import { locales, text } from './texts.js';
import { zhCN } from './zh-CN.js';

type Catalogue = Record<string, Record<string, string>>;

const entries = (catalogue: Catalogue) =>
  Object.entries(catalogue).flatMap(([area, texts]) =>
    Object.entries(texts).map(([key, words]) => ({ key: `${area}.${key}`, words })),
  );
const placeholders = (words: string) => [...words.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('English has exactly the keys that Chinese has', () => {
  const keys = (catalogue: Catalogue) =>
    entries(catalogue)
      .map(({ key }) => key)
      .sort();
  assert.deepEqual(keys(en), keys(zhCN));
});

test('a text has the same placeholders in every language', () => {
  const english = new Map(entries(en).map(({ key, words }) => [key, words]));
  for (const { key, words } of entries(zhCN)) {
    assert.deepEqual(placeholders(english.get(key) ?? ''), placeholders(words), key);
  }
});

test('every text is written, trimmed, and has no broken placeholder', () => {
  for (const { key, words } of [...entries(zhCN), ...entries(en)]) {
    assert.equal(words, words.trim(), key);
    assert.notEqual(words, '', key);
    assert.doesNotMatch(words.replace(/\{\w+\}/g, ''), /[{}]/, key);
  }
});

test('Chinese texts are Chinese, in Chinese punctuation', () => {
  const namesOnly = new Set(['card.deskTitle', 'card.channel.whatsapp', 'conversation.relay']);
  for (const { key, words } of entries(zhCN)) {
    if (!namesOnly.has(key)) assert.match(words, /\p{Script=Han}/u, key);
    assert.doesNotMatch(words, /\p{Script=Han}[,;:?!()]/u, key);
  }
});

test('a text is filled in, in the language asked for', () => {
  assert.equal(
    text('zh-CN', 'robot.handOverStarted', { place: 3 }),
    '正在为您转接人工客服，当前排在第 3 位，请稍候。',
  );
  assert.equal(text('en', 'error.claimedBy', { name: 'Lin' }), 'This conversation has been claimed by Lin.');
  assert.equal(text('zh-CN', 'card.state.waiting'), '等待认领');
});

test('what a person wrote comes out as it was, whatever it looks like', () => {
  const typed = fc.oneof(fc.string(), fc.constantFrom('{code}', '{customer}', '$&', '$1', '{', '{}', '\\'));
  fc.assert(
    fc.property(typed, typed, fc.constantFrom(...locales), (code, customer, locale) => {
      const marked = text(locale, 'command.sent', { code: '①', customer: '②' });
      const expected = [...marked].map((letter) =>
        letter === '①' ? code : letter === '②' ? customer : letter,
      );
      assert.equal(text(locale, 'command.sent', { code, customer }), expected.join(''));
    }),
  );
});

test('the compiler asks for the values a text needs, and run time names the one that is missing', () => {
  // @ts-expect-error: {name} is missing
  assert.throws(() => text('zh-CN', 'error.claimedBy', {}), /error\.claimedBy needs a value for \{name\}/);
  // @ts-expect-error: no values at all
  assert.throws(() => text('zh-CN', 'error.claimedBy'), /needs a value for \{name\}/);
  // @ts-expect-error: no such text
  assert.throws(() => text('en', 'error.nothing'), /No text error\.nothing in en/);
});

test('a command is called by one word per language, and its usage starts with that word', () => {
  const commands = ['claim', 'to', 'note', 'close', 'queue', 'mine', 'ask', 'help'] as const;
  const words = locales.flatMap((locale) =>
    commands.map((command) => text(locale, `command.${command}.name`)),
  );
  assert.equal(new Set(words).size, words.length);
  for (const locale of locales) {
    for (const command of commands) {
      const [first] = text(locale, `command.${command}.usage`).split(' ');
      assert.equal(first, `/${text(locale, `command.${command}.name`)}`);
    }
  }
});
