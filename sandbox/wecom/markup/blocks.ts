import type { Block, Inline, Item } from '../../page/markup/nodes.js';
import { type Dialect, readInline } from './inline.js';

const heading = /^(#{1,6})\s+(.+)$/;
/** Quotes do not nest: whatever marks stand in front go. */
const quote = /^(?:>\s?)+(.*)$/;
const bullet = /^\s*[-*+]\s+(.+)$/;
const ordered = /^\s*(\d{1,6})[.)]\s+(.+)$/;
const rule = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const fence = /^\s*```(\w*)\s*$/;
const divider = /^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*$/;

/**
 * WeCom's markdown as blocks. Apps and webhooks have headings and quotes; AI bots and `markdown_v2` lists, tables, code and
 * rules as well, which in the smaller dialect stay the characters they are.
 */
export function readBlocks(text: string, dialect: Exclude<Dialect, 'text'>): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  while (lines.length > 0) blocks.push(...readBlock(lines, dialect));
  return blocks;
}

/** Takes the lines of one block. */
function readBlock(lines: string[], dialect: Exclude<Dialect, 'text'>): Block[] {
  const line = lines[0] ?? '';
  const title = heading.exec(line);
  if (title) {
    lines.shift();
    return [{ kind: 'heading', level: title[1]?.length ?? 1, children: readInline(title[2] ?? '', dialect) }];
  }
  if (quote.test(line)) {
    const inner = taken(lines, (each) => quote.test(each)).map((each) => quote.exec(each)?.[1] ?? '');
    return [{ kind: 'quote', blocks: readBlocks(inner.join('\n'), dialect) }];
  }
  if (line.trim() === '') {
    lines.shift();
    return [];
  }
  if (dialect === 'full') {
    const fuller = readFuller(lines, line);
    if (fuller) return [fuller];
  }
  const words = [lines.shift() ?? '', ...taken(lines, (each) => isPlain(each, dialect))];
  return [{ kind: 'paragraph', children: readInline(words.join('\n'), dialect) }];
}

function readFuller(lines: string[], line: string): Block | undefined {
  const code = fence.exec(line);
  if (code) {
    lines.shift();
    const text = taken(lines, (each) => !fence.test(each)).join('\n');
    lines.shift();
    return { kind: 'code', language: code[1] ?? '', text };
  }
  if (rule.test(line)) {
    lines.shift();
    return { kind: 'rule' };
  }
  if (line.includes('|') && divider.test(lines[1] ?? '')) {
    const [head = [], , ...rows] = taken(lines, (each) => each.includes('|')).map(cellsOf);
    return { kind: 'table', head, rows };
  }
  if (bullet.test(line))
    return listOf(
      taken(lines, (each) => bullet.test(each)),
      bullet,
      false,
    );
  if (ordered.test(line))
    return listOf(
      taken(lines, (each) => ordered.test(each)),
      ordered,
      true,
    );
  return undefined;
}

function listOf(lines: readonly string[], pattern: RegExp, isOrdered: boolean): Block {
  const items = lines.map(
    (line): Item => ({ children: readInline(pattern.exec(line)?.at(-1) ?? '', 'full'), blocks: [] }),
  );
  const start = isOrdered ? Number(pattern.exec(lines[0] ?? '')?.[1] ?? 1) : 1;
  return { kind: 'list', ordered: isOrdered, start, items };
}

const cellsOf = (line: string): Inline[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => readInline(cell.trim(), 'full'));

/** The lines from the first on as long as they fit; they are taken away. */
function taken(lines: string[], fits: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !fits(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function isPlain(line: string, dialect: Dialect): boolean {
  if (line.trim() === '' || heading.test(line) || quote.test(line)) return false;
  return dialect !== 'full' || ![fence, rule, bullet, ordered].some((pattern) => pattern.test(line));
}
