import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locales, text } from '../i18n/texts.js';
import { commandNames, namesOf } from './command.js';
import { parseCommand, parseNote } from './parse.js';

for (const name of commandNames) {
  for (const alias of namesOf(name)) {
    test(`/${alias} is ${name}, with either slash and in any case`, () => {
      const meant = { kind: 'command', name, words: 'A3 您好' };
      for (const line of [
        `/${alias} A3 您好`,
        `／${alias}　A3 您好`,
        `  /${alias.toUpperCase()}  A3 您好 `,
      ]) {
        assert.deepEqual(parseCommand(line), meant, line);
      }
      assert.deepEqual(parseCommand(`/${alias}`), { kind: 'command', name, words: '' });
    });
  }
}

test('no two commands answer to the same name', () => {
  const names = commandNames.flatMap((name) => [...new Set(namesOf(name))]);
  assert.deepEqual(names.length, new Set(names).size);
});

const mistaken: [typed: string, meant: string | undefined][] = [
  ['/cliam', 'claim'],
  ['/calim A3', 'claim'],
  ['/clai', 'claim'],
  ['/hepl', 'help'],
  ['/认', '认领'],
  ['/认邻', '认领'],
  ['/结朿 A3', '结束'],
  ['/queues', 'queue'],
  ['/', undefined],
  ['/x', undefined],
  ['/etc/passwd 在哪', undefined],
  ['/2026-11-23', undefined],
  ['/😀', undefined],
  ['/constructor', undefined],
  ['/__proto__', undefined],
];
for (const [typed, meant] of mistaken) {
  test(`${typed} is unknown${meant ? `, probably /${meant}` : ''}`, () => {
    const line = parseCommand(typed);
    assert.equal(line?.kind, 'unknown');
    const nearest = line?.kind === 'unknown' ? line.nearest : undefined;
    const names = meant && commandNames.map(namesOf).find((known) => known.includes(meant));
    if (!names) assert.equal(nearest, undefined);
    else assert.ok(nearest && names.includes(nearest), `it suggests /${nearest}`);
  });
}

for (const words of [
  '您好',
  '1/2 的退款',
  'https://example.com/claim',
  '/ claim',
  '',
  '价格 / 数量',
  '-/claim',
]) {
  test(`「${words}」 is just words`, () => {
    assert.equal(parseCommand(words), undefined);
    assert.equal(parseNote(words), undefined);
  });
}

test('two slashes begin a note, whichever they are, and never a command', () => {
  for (const line of [
    '// 客户很着急',
    '//客户很着急',
    '／／客户很着急',
    '/／ 客户很着急',
    '  // 客户很着急 ',
  ]) {
    assert.equal(parseNote(line), '客户很着急', line);
    assert.equal(parseCommand(line), undefined, line);
  }
  assert.equal(parseNote('//claim A3'), 'claim A3');
  assert.equal(parseNote('//\n第一行\n第二行'), '第一行\n第二行');
});

test('signs that cannot be seen do not turn a note into words for the customer', () => {
  for (const hidden of ['\u200b', '\ufeff', '\u2060', '\u200e', '\u00a0']) {
    assert.equal(parseNote(`${hidden}// 客户很着急`), '客户很着急', JSON.stringify(hidden));
    assert.equal(parseCommand(`${hidden}/claim`)?.kind, 'command', JSON.stringify(hidden));
  }
});

test('nothing anybody types is both, or breaks it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '/', '／', '//'),
      (words, start) => {
        const typed = start + words;
        assert.ok(parseCommand(typed) === undefined || parseNote(typed) === undefined);
      },
    ),
  );
});

test('every command has its words in every language', () => {
  for (const locale of locales) {
    for (const name of commandNames) {
      assert.ok(text(locale, `command.${name}.usage`).startsWith(`/${text(locale, `command.${name}.name`)}`));
      assert.ok(text(locale, `command.${name}.meaning`));
    }
  }
});
