import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMarkdown } from './blocks.js';
import { type Block, cards, type Inline, messages } from './nodes.js';

const words = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'break') return '⏎';
      if (node.kind === 'mention') return `@${node.name}`;
      if (node.kind === 'image') return `(${node.source})`;
      return `${node.kind}<${words(node.children)}>`;
    })
    .join('');
const show = (blocks: readonly Block[]): string[] =>
  blocks.map((block) => {
    if (block.kind === 'paragraph') return words(block.children);
    if (block.kind === 'heading') return `h${block.level} ${words(block.children)}`;
    if (block.kind === 'quote') return `> ${show(block.blocks).join(' / ')}`;
    if (block.kind === 'list')
      return block.items
        .map(({ children, blocks: inner }, index) =>
          [
            block.ordered ? `${block.start + index}.` : '*',
            words(children),
            ...show(inner).map((line) => `[${line}]`),
          ].join(' '),
        )
        .join(', ');
    return block.kind === 'code' ? `code ${block.text}` : block.kind;
  });
const inCard = (text: string, names: Record<string, string> = {}) =>
  show(readMarkdown(text, cards(true, names)));
const inMessage = (text: string) => show(readMarkdown(text, messages));

describe('DingTalk’s markdown', () => {
  test('in cards: what the page lists', () => {
    assert.deepEqual(inCard('## 二级\n**粗** 和 *斜*<br>第二行'), [
      'h2 二级',
      'strong<粗> 和 emphasis<斜>⏎第二行',
    ]);
    assert.deepEqual(inCard('* 一\n  * 一之一\n* 二\n\n1. 甲\n2. 乙'), [
      '* 一 [* 一之一], * 二',
      '1. 甲, 2. 乙',
    ]);
    assert.deepEqual(inCard('> 引用\n>> 嵌套\n\n***'), ['> 引用 / > 嵌套', 'rule']);
    assert.deepEqual(inCard('```json\n{"a": "**b**"}\n```\n| a | b |\n| :- | -: |\n| 1 | 2 |'), [
      'code {"a": "**b**"}',
      'table',
    ]);
    assert.deepEqual(inCard('<font colorTokenV2=common_red1_color>**急**</font>'), ['font<strong<急>>']);
  });

  test('a line break alone is a blank; two blanks before it, or an empty line, make a new one', () => {
    assert.deepEqual(inCard('甲\n乙'), ['甲 乙']);
    assert.deepEqual(inMessage('甲  \n乙\n\n丙'), ['甲⏎乙', '丙']);
  });

  test('mentions are those that were announced; everything else is as typed', () => {
    assert.deepEqual(inCard('<a atId=u1>王</a> <a atId=u2>李</a>', { u1: '王小明' }), [
      '@王小明 <a atId=u2>李</a>',
    ]);
    assert.deepEqual(inCard('<script>alert(1)</script> <at id=all></at>'), [
      '<script>alert(1)</script> <at id=all></at>',
    ]);
    assert.deepEqual(inCard('###### 六级\n\n- 短横'), ['###### 六级', '- 短横']);
    assert.deepEqual(inMessage('<font colorTokenV2=common_red1_color>红</font>'), [
      '<font colorTokenV2=common_red1_color>红</font>',
    ]);
  });

  test('escapes, stars that stand alone, and what never closes are text', () => {
    assert.deepEqual(inCard('\\*不斜\\* 2 * 3 * 4 **没有结尾'), ['*不斜* 2 * 3 * 4 **没有结尾']);
    assert.deepEqual(inCard('```\n没有结尾'), ['``` 没有结尾']);
    assert.deepEqual(inCard('[去](https://a.b/c) ![图](@lAD1)'), ['link<去> (@lAD1)']);
    assert.equal(inCard('<font '.repeat(2_000) + '*'.repeat(2_000)).length, 1);
  });
});
