import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { safeAddress } from './address.js';
import { readMarkdown } from './blocks.js';
import { readChatText } from './chat-text.js';
import { decodeEntities } from './entities.js';
import { readInline } from './inline.js';
import type { Block, Inline } from './nodes.js';

/** Every inline node, however deep. */
function flatten(nodes: readonly Inline[]): Inline[] {
  return nodes.flatMap((node) => ('children' in node ? [node, ...flatten(node.children)] : [node]));
}

function inlines(blocks: readonly Block[]): Inline[] {
  return blocks.flatMap((block): Inline[] => {
    switch (block.kind) {
      case 'paragraph':
      case 'heading':
        return flatten(block.children);
      case 'quote':
        return inlines(block.blocks);
      case 'list':
        return block.items.flatMap((item) => [...flatten(item.children), ...inlines(item.blocks)]);
      case 'table':
        return flatten([...block.head, ...block.rows.flat()].flat());
      default:
        return [];
    }
  });
}

const words = (nodes: readonly Inline[]): string =>
  flatten(nodes)
    .map((node) => ('text' in node ? node.text : node.kind === 'break' ? '\n' : ''))
    .join('');

test('the marks of Feishu markdown are understood', () => {
  assert.deepEqual(readInline('**王女士**在*等* ~~两~~ `#1042`'), [
    { kind: 'strong', children: [{ kind: 'text', text: '王女士' }] },
    { kind: 'text', text: '在' },
    { kind: 'emphasis', children: [{ kind: 'text', text: '等' }] },
    { kind: 'text', text: ' ' },
    { kind: 'strike', children: [{ kind: 'text', text: '两' }] },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: '#1042' },
  ]);
  assert.deepEqual(
    readInline("<font color='red'>急</font><text_tag color=blue>VIP</text_tag><at id=ou_1></at>"),
    [
      { kind: 'font', colour: 'red', children: [{ kind: 'text', text: '急' }] },
      { kind: 'tag', colour: 'blue', text: 'VIP' },
      { kind: 'at', id: 'ou_1', name: null },
    ],
  );
  assert.deepEqual(readInline('***两者***'), [
    { kind: 'strong', children: [{ kind: 'emphasis', children: [{ kind: 'text', text: '两者' }] }] },
  ]);
  assert.deepEqual(readInline('[订单](https://shop.example/o/1) ![图](img_v3_1)'), [
    { kind: 'link', address: 'https://shop.example/o/1', children: [{ kind: 'text', text: '订单' }] },
    { kind: 'text', text: ' ' },
    { kind: 'image', key: 'img_v3_1', alt: '图' },
  ]);
});

test('brackets inside an address belong to it', () => {
  assert.deepEqual(readInline('[a](https://x.example/b(1))c'), [
    { kind: 'link', address: 'https://x.example/b(1)', children: [{ kind: 'text', text: 'a' }] },
    { kind: 'text', text: 'c' },
  ]);
  assert.equal(words(readInline('[坏](javascript:alert(1))。')), '坏。');
});

test('blocks: headings, lists, quotes, code, rules and tables', () => {
  const kinds = (text: string): string[] => readMarkdown(text).map((block) => block.kind);
  assert.deepEqual(
    kinds('# 标题\n正文\n\n- 一\n- 二\n\n> 引用\n---\n```ts\nlet a\n```\n| a | b |\n|---|---|\n| 1 | 2 |'),
    ['heading', 'paragraph', 'list', 'quote', 'rule', 'code', 'table'],
  );
  const [list] = readMarkdown('3. 甲\n   - 子项\n4. 乙');
  assert.ok(list?.kind === 'list');
  assert.equal(list.start, 3);
  assert.deepEqual(
    list.items.map((item) => [words(item.children), item.blocks.map((block) => block.kind)]),
    [
      ['甲', ['list']],
      ['乙', []],
    ],
  );
});

test('order numbers and file names keep their underscores and stars', () => {
  for (const text of [
    'order_no_1',
    '2 * 3 * 4',
    'a_b',
    '5 < 6 > 4',
    '价格：**',
    '~ 100 元 ~',
    '<script>alert(1)</script>',
  ]) {
    assert.deepEqual(readInline(text), [{ kind: 'text', text }], text);
  }
});

test('an address that could run code is never a link', () => {
  const hostile = [
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:http://a/b',
    '//evil.example',
    '/relative',
    'javascript&#58;alert(1)',
  ];
  for (const address of hostile) {
    assert.equal(safeAddress(decodeEntities(address)), null, address);
    for (const text of [`[x](${address})`, `<a href="${address}">x</a>`, `<link url='${address}'>x</link>`]) {
      const links = inlines(readMarkdown(text)).filter((node) => node.kind === 'link');
      assert.ok(
        links.every((link) => link.address === null),
        text,
      );
    }
  }
});

test('text escaped as entities cannot become a mention, a link or emphasis', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (text) => {
      const shown = text.replace(/\s+/g, ' ').replaceAll('\0', '?').trim();
      const escaped = [...shown].map((character) => `&#${character.codePointAt(0)};`).join('');
      const nodes = inlines(readMarkdown(escaped));
      assert.deepEqual(nodes, shown === '' ? [] : [{ kind: 'text', text: shown }]);
    }),
  );
});

test('entities are decoded once', () => {
  assert.equal(
    decodeEntities('&amp;lt;at id=all&gt; &#42; &#x4E2D; &bogus; &#0; &#xD800;'),
    '&lt;at id=all> * 中 &bogus; &#0; &#xD800;',
  );
  assert.deepEqual(readInline('&lt;at id=all&gt;&lt;/at&gt;'), [{ kind: 'text', text: '<at id=all></at>' }]);
});

test('any text is read, and its links stay harmless', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(
      '**',
      '*',
      '_',
      '~~',
      '`',
      '```\n',
      '[',
      '](',
      ')',
      '![',
      '\n',
      '> ',
      '- ',
      '1. ',
      '|',
      '|-|\n',
      '&#42;',
      '\\',
    ),
    fc.constantFrom(
      '<at id=all>',
      '</at>',
      '<font color=red>',
      '</font>',
      '<a href=javascript:x>',
      '</a>',
      '<raw>',
      'http://',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const node of inlines(readMarkdown(pieces.join('')))) {
        if (node.kind === 'link' && node.address !== null)
          assert.match(node.address, /^(https?|mailto|tel):/);
      }
    }),
  );
});

test('30 KB of unclosed marks is read to the end', () => {
  for (const mark of [
    '*',
    '**a ',
    '[',
    '[a](',
    '<font color=red>',
    '> ',
    '`a',
    '_a ',
    '- ',
    '~~x',
    '![',
    '<at id=1>',
    '[x](a b)',
  ]) {
    const text = mark.repeat(Math.ceil(30_000 / mark.length));
    assert.ok(readMarkdown(text).length > 0, mark);
  }
});

test('a person’s message is literal, a bot’s may be styled', () => {
  const typed = '<b>粗</b> <at user_id="all">所有人</at> [x](javascript:alert(1)) &lt;';
  assert.equal(words(readChatText('<b>粗</b> &lt;', [], false)), '<b>粗</b> &lt;');
  const nodes = flatten(readChatText(typed, [], true));
  assert.deepEqual(nodes[0], { kind: 'strong', children: [{ kind: 'text', text: '粗' }] });
  assert.ok(nodes.some((node) => node.kind === 'at' && node.id === 'all'));
  assert.ok(nodes.every((node) => node.kind !== 'link' || node.address === null));
});

test('a mention placeholder becomes the person who was meant, and only then', () => {
  const mentions = [{ key: '@_user_1', id: 'ou_1', name: '小智客服' }];
  assert.deepEqual(readChatText('@_user_1 你好 @_user_2', mentions, false), [
    { kind: 'at', id: 'ou_1', name: '小智客服' },
    { kind: 'text', text: ' 你好 ' },
    { kind: 'text', text: '@_user_2' },
  ]);
});
