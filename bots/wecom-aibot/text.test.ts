import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inert, partsOf } from './text.js';

/** What a reader of CommonMark shows: escapes taken away, and what we put in between; a line ends where it is told to. */
const shown = (content: string): string =>
  content
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('\u200b', '')
    .replaceAll('  \n', '\n')
    .replace(/^\u00a0+/gm, (spaces) => ' '.repeat(spaces.length));

/** Markup of any dialect that could name somebody, lead somewhere, or pass for what the house says. */
const markup: [string, RegExp][] = [
  ['a mention or a tag', /<[a-z/!?@]/i],
  ['a link', /\]\s*[([]/],
  ['a picture', /!\\?\[/],
  ['an entity', /&#?\w+;/],
  ['emphasis, code, a table', /(?<!\\)(?:\\\\)*[*_`~|[\]]/],
  ['a heading, a quote, a list or a rule', /^\s*(?:[#>+=-]|\d+[.)])/m],
  ['code that is set in', /^(?: {4}|\t)/m],
];

test('nobody’s words become a mention, a tag, a link, a picture or a heading, and all of them can be read', () => {
  const hostile = [
    '<@all> <@zhangsan> @所有人',
    '<think>机密</think> <b>系统</b> <!-- x -->',
    '[点我](https://evil.example) ![](https://evil.example/x.png) [a][b]',
    '# 系统通知\n> 王经理：同意退款\n---\n1. 打款\n- 完成\n===\n    code\n\tcode',
    '**加粗** __x__ ~~删~~ `代码` ```js\n``` 5*3*2 a_b_c',
    '| 金额 | 100 |\n|---|---|\n&lt;at&gt; &#64;all',
    'C:\\temp\\*.log \\[x\\](y)',
  ];
  for (const words of hostile) {
    const content = inert(words);
    for (const [what, pattern] of markup) assert.doesNotMatch(content, pattern, `${what} in ${words}`);
    assert.equal(shown(content), words.replaceAll('\t', ' '));
  }
  const pieces = fc.constantFrom(
    ...'< > [ ] ( ) ! * _ ` ~ | # - + = & \\ @ a 1 . ; lt; all 你 / : ?'.split(' '),
    ' ',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (some) => {
      const words = some.join('');
      const content = inert(words);
      for (const [what, pattern] of markup)
        assert.doesNotMatch(content, pattern, `${what} in ${JSON.stringify(words)}`);
      assert.equal(shown(content), words);
    }),
  );
});

test('plain words stay as they are, and addresses can still be opened', () => {
  for (const plain of [
    '您好，订单 3391 已发货。',
    '1 < 2 && 3 > 2',
    'a@b.example：100%（含税）',
    '价格 $5 / 件',
  ])
    assert.equal(inert(plain), plain);
  const address = 'https://desk.example/page/a_b-c?x=1&y=2#top';
  const [found = ''] = /https?:\/\/\S+/.exec(inert(`看 ${address} 谢谢`)) ?? [];
  assert.equal(decodeURIComponent(found), address);
  assert.equal(
    decodeURIComponent(/https?:[^)\u200b]+/.exec(inert('[x](https://a.example/*b*)'))?.[0] ?? ''),
    'https://a.example/*b*',
  );
});

test('long words are said in parts: nothing is lost, nothing is cut through, every part fits', () => {
  const lines = fc.array(
    fc.string({ unit: fc.constantFrom('a', '*', '好', '😀', '\\', ' '), maxLength: 60 }),
    {
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(lines, (some) => {
      const content = inert(some.join('\n'));
      const parts = partsOf(content, 64);
      assert.equal(parts.join(''), content);
      for (const part of parts) {
        assert.ok(Buffer.byteLength(part) <= 64);
        assert.ok(part.isWellFormed(), 'no character is cut through');
        assert.ok(/(?<!\\)(?:\\\\)*$/.test(part), 'no escape is cut through');
      }
    }),
  );
  assert.deepEqual(partsOf('一  \n二  \n三', 14), ['一  \n二  \n', '三']);
});
