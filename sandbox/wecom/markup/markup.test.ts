import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Block, Inline } from '../../page/markup/nodes.js';
import { readBlocks } from './blocks.js';
import { readInline } from './inline.js';

const wordsOf = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if ('children' in node) return wordsOf(node.children);
      if (node.kind === 'break') return '\n';
      if (node.kind === 'at') return `@${node.id}`;
      return 'text' in node ? node.text : '';
    })
    .join('');
const kinds = (nodes: readonly { kind: string }[]): string[] => nodes.map(({ kind }) => kind);
const children = (block: Block | undefined): Inline[] => (block && 'children' in block ? block.children : []);

describe("WeCom's text and markdown", () => {
  test('a text has links and line breaks, and no other markup', () => {
    const nodes = readInline(
      '点<a href="https://a.example/x?a=1">这里</a>\n**不是粗体** https://b.example',
      'text',
    );
    assert.deepEqual(kinds(nodes), ['text', 'link', 'break', 'text', 'link']);
    assert.equal(wordsOf(nodes), '点这里\n**不是粗体** https://b.example');
    const [, first] = nodes;
    assert.equal(first?.kind === 'link' && first.address, 'https://a.example/x?a=1');
  });

  test('an address that could run code opens nothing', () => {
    for (const href of ['javascript:alert(1)', ' data:text/html,x', 'file:///etc/passwd']) {
      const [node] = readInline(`<a href="${href}">看</a>`, 'text');
      assert.equal(node?.kind === 'link' && node.address, null);
      const [named] = readInline(`[看](${href.trim()})`, 'markdown');
      if (named?.kind === 'link') assert.equal(named.address, null);
    }
  });

  test('markdown of apps: headings, bold, code, quote, colours, mentions', () => {
    const blocks = readBlocks(
      '# 题\n正文 **粗** `码` <font color="warning">急</font> <@lin>\n> 引\n> 文',
      'markdown',
    );
    assert.deepEqual(kinds(blocks), ['heading', 'paragraph', 'quote']);
    const inline = children(blocks[1]).filter(({ kind }) => kind !== 'text');
    assert.deepEqual(kinds(inline), ['strong', 'code', 'font', 'at']);
    const font = inline[2];
    assert.equal(font?.kind === 'font' && font.colour, 'orange');
  });

  test('what only AI bots have stays characters for apps', () => {
    const text = '- 一\n- 二\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```js\nx < 1\n```\n---\n1. 甲\n2. 乙';
    assert.deepEqual(kinds(readBlocks(text, 'full')), ['list', 'table', 'code', 'rule', 'list']);
    assert.ok(kinds(readBlocks(text, 'markdown')).every((kind) => kind === 'paragraph'));
    assert.deepEqual(kinds(readInline('*斜* ~~删~~', 'full')), ['emphasis', 'text', 'strike']);
    assert.deepEqual(kinds(readInline('*斜* ~~删~~', 'markdown')), ['text']);
  });

  test('nothing that is written gets lost or becomes a tag', () => {
    const nasty = '<script>alert(1)</script> <at id=all> ** ** [x]( <font color=red>y</font> ``` > #';
    assert.equal(wordsOf(readInline(nasty, 'full')), nasty);
    assert.deepEqual(kinds(readInline(nasty, 'full')), ['text']);
  });

  test('long hostile lines are read to their end', () => {
    for (const unit of ['**', '[', '<a href="', '<font color="x">', '`', '*a', '> ', '|-', '# '])
      assert.ok(readBlocks(unit.repeat(3_000), 'full').length > 0, unit);
  });
});
