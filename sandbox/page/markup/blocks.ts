import { decodeEntities } from './entities.js';
import { readInline } from './inline.js';
import type { Block, Inline, Item } from './nodes.js';

const deepest = 6;
const fence = /^ {0,3}(`{3,}|~{3,})\s*([A-Za-z0-9+#_-]*)\s*$/;
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rule = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|<hr\s*\/?>)\s*$/;
const quote = /^ {0,3}>\s?/;
const item = /^(\s{0,12})(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const divider = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Reads Feishu's card markdown into blocks. Never throws; what it does not know is drawn as typed. */
export function readMarkdown(text: string): Block[] {
  return readLines(text.replace(/\r\n?/g, '\n').split('\n'), 0);
}

function readLines(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', children: readInline(paragraph.join('\n')) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const found = line.trim() === '' ? null : readBlock(lines, at, depth);
    if (found !== null || line.trim() === '') endParagraph();
    else paragraph.push(line.trim());
    if (found !== null) blocks.push(found.block);
    at = found?.next ?? at + 1;
  }
  endParagraph();
  return blocks;
}

interface Found {
  block: Block;
  next: number;
}

function readBlock(lines: string[], at: number, depth: number): Found | null {
  const line = lines[at] ?? '';
  const title = heading.exec(line);
  if (title !== null) {
    const block: Block = {
      kind: 'heading',
      level: (title[1] ?? '#').length,
      children: readInline(title[2] ?? ''),
    };
    return { block, next: at + 1 };
  }
  if (rule.test(line)) return { block: { kind: 'rule' }, next: at + 1 };
  if (fence.test(line)) return readFence(lines, at);
  if (depth < deepest && quote.test(line)) return readQuote(lines, at, depth);
  if (depth < deepest && item.test(line)) return readList(lines, at, depth);
  if (line.includes('|') && divider.test(lines[at + 1] ?? '')) return readTable(lines, at);
  return null;
}

function readFence(lines: string[], at: number): Found {
  const [, mark = '```', language = ''] = fence.exec(lines[at] ?? '') ?? [];
  let end = at + 1;
  while (end < lines.length && !(lines[end] ?? '').trim().startsWith(mark)) end += 1;
  const text = decodeEntities(lines.slice(at + 1, end).join('\n'));
  return { block: { kind: 'code', language, text }, next: end + 1 };
}

function readQuote(lines: string[], at: number, depth: number): Found {
  let end = at;
  while (end < lines.length && quote.test(lines[end] ?? '')) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(quote, ''));
  return { block: { kind: 'quote', blocks: readLines(inner, depth + 1) }, next: end };
}

function readList(lines: string[], at: number, depth: number): Found {
  const [, indent = '', first] = item.exec(lines[at] ?? '') ?? [];
  const items: Item[] = [];
  let next = at;
  while (next < lines.length) {
    const found = item.exec(lines[next] ?? '');
    if (found === null || (found[1] ?? '').length > indent.length + 1 || rule.test(lines[next] ?? '')) break;
    if ((found[2] === undefined) !== (first === undefined) || (found[1] ?? '').length < indent.length) break;
    let end = next + 1;
    while (end < lines.length && belongs(lines[end] ?? '', indent.length)) end += 1;
    const nested = lines.slice(next + 1, end);
    items.push({ children: readInline(found[3] ?? ''), blocks: readLines(nested, depth + 1) });
    next = end;
  }
  const block: Block = { kind: 'list', ordered: first !== undefined, start: Number(first ?? 1), items };
  return { block, next };
}

/** Whether a line goes on with the item above it: indented deeper than the item's own mark. */
const belongs = (line: string, indent: number): boolean =>
  line.trim() !== '' && line.length - line.trimStart().length >= indent + 2;

function readTable(lines: string[], at: number): Found {
  let end = at + 2;
  while (end < lines.length && (lines[end] ?? '').includes('|')) end += 1;
  const rows = lines.slice(at + 2, end).map(cells);
  return { block: { kind: 'table', head: cells(lines[at] ?? ''), rows }, next: end };
}

function cells(line: string): Inline[][] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => readInline(cell.trim().replaceAll('\\|', '|')));
}
