import { readInline } from './inline.js';
import type { Block, Cell, Dialect, Item } from './nodes.js';

const DEEPEST = 6;
const fence = /^```\s*([\w+#-]*)\s*$/;
const quote = /^ {0,3}>\s?/;
const divider = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const ordered = /^(\s*)(\d{1,9})\.\s+(.*)$/;

/** Reads DingTalk's markdown into blocks. It never throws: what is not of the dialect is drawn as typed. */
export function readMarkdown(text: string, dialect: Dialect): Block[] {
  return readLines(text.replace(/\r\n?/g, '\n').split('\n'), dialect, 0);
}

interface Found {
  block: Block;
  next: number;
}

function readLines(lines: readonly string[], dialect: Dialect, depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    const text = paragraph.join('\n').trim();
    if (text !== '') blocks.push({ kind: 'paragraph', children: readInline(text, dialect) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const isEmpty = line.trim() === '';
    const found = isEmpty ? undefined : readBlock(lines, at, dialect, depth);
    if (found || isEmpty) endParagraph();
    else paragraph.push(line.trimStart());
    if (found) blocks.push(found.block);
    at = found?.next ?? at + 1;
  }
  endParagraph();
  return blocks;
}

function readBlock(lines: readonly string[], at: number, dialect: Dialect, depth: number): Found | undefined {
  const line = lines[at] ?? '';
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  const level = heading?.[1]?.length ?? 0;
  if (heading && level <= dialect.levels)
    return {
      block: { kind: 'heading', level, children: readInline(heading[2] ?? '', dialect) },
      next: at + 1,
    };
  if (/^\*{3,}\s*$/.test(line)) return { block: { kind: 'rule' }, next: at + 1 };
  if (dialect.rich && fence.test(line)) return readFence(lines, at);
  if (depth < DEEPEST && quote.test(line)) return readQuote(lines, at, dialect, depth);
  if (depth < DEEPEST && itemIn(line, dialect)) return readList(lines, at, dialect, depth);
  if (dialect.rich && line.includes('|') && divider.test(lines[at + 1] ?? ''))
    return readTable(lines, at, dialect);
  return undefined;
}

function readFence(lines: readonly string[], at: number): Found | undefined {
  const end = lines.findIndex((line, index) => index > at && /^```\s*$/.test(line));
  if (end < 0) return undefined;
  const language = fence.exec(lines[at] ?? '')?.[1] ?? '';
  return { block: { kind: 'code', language, text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

function readQuote(lines: readonly string[], at: number, dialect: Dialect, depth: number): Found {
  let end = at;
  while (end < lines.length && quote.test(lines[end] ?? '')) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(quote, ''));
  return { block: { kind: 'quote', blocks: readLines(inner, dialect, depth + 1) }, next: end };
}

interface Marked {
  indent: number;
  number: number | undefined;
  text: string;
}

function itemIn(line: string, { bullets }: Dialect): Marked | undefined {
  const numbered = ordered.exec(line);
  if (numbered)
    return { indent: numbered[1]?.length ?? 0, number: Number(numbered[2]), text: numbered[3] ?? '' };
  const [, indent = '', bullet = '', text = ''] = /^(\s*)([-*+])\s+(.*)$/.exec(line) ?? [];
  return bullet !== '' && bullets.includes(bullet)
    ? { indent: indent.length, number: undefined, text }
    : undefined;
}

function readList(lines: readonly string[], at: number, dialect: Dialect, depth: number): Found | undefined {
  const first = itemIn(lines[at] ?? '', dialect);
  if (!first) return undefined;
  const items: Item[] = [];
  let next = at;
  while (next < lines.length) {
    const marked = itemIn(lines[next] ?? '', dialect);
    const isSame =
      marked?.indent === first.indent && (marked.number === undefined) === (first.number === undefined);
    if (!marked || !isSame) break;
    let end = next + 1;
    while (end < lines.length && belongs(lines[end] ?? '', first.indent)) end += 1;
    const nested = lines.slice(next + 1, end);
    items.push({
      children: readInline(marked.text, dialect),
      blocks: readLines(nested, dialect, depth + 1),
    });
    next = end;
  }
  const isOrdered = first.number !== undefined;
  return { block: { kind: 'list', ordered: isOrdered, start: first.number ?? 1, items }, next };
}

/** Whether a line goes on with the item above it: indented deeper than the item's own mark. */
const belongs = (line: string, indent: number): boolean =>
  line.trim() !== '' && line.length - line.trimStart().length > indent;

function readTable(lines: readonly string[], at: number, dialect: Dialect): Found {
  const aligns = cellsIn(lines[at + 1] ?? '').map((cell) =>
    /^:-+:$/.test(cell) ? 'center' : /-:$/.test(cell) ? 'right' : 'left',
  );
  const cells = (line: string): Cell[] =>
    cellsIn(line).map((cell, index) => ({
      children: readInline(cell, dialect),
      align: aligns[index] ?? 'left',
    }));
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? '').includes('|')) end += 1;
  const rows = lines.slice(at + 2, end).map(cells);
  return { block: { kind: 'table', head: cells(lines[at] ?? ''), rows }, next: end };
}

const cellsIn = (line: string): string[] =>
  line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
