import type { Dialect, Inline } from './nodes.js';

const entities: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
};
/** The next place where something may begin that is more than text. */
const marks = /\\[\\`*_{}[\]()#+\-.!<>|~]|&(?:nbsp|lt|gt|amp|quot);|\*\*|\*|!?\[|<| {2,}\n|\n/g;

/** What stands deeper than any writer means is text. */
const DEEPEST = 12;

/** Reads what stands within a block. What is not of the dialect is text, as typed. */
export function readInline(text: string, dialect: Dialect, depth = 0): Inline[] {
  if (depth > DEEPEST) return [{ kind: 'text', text }];
  const nodes: Inline[] = [];
  let plain = '';
  let at = 0;
  const add = (node: Inline): void => {
    if (plain !== '') nodes.push({ kind: 'text', text: plain });
    plain = '';
    nodes.push(node);
  };
  while (at < text.length) {
    marks.lastIndex = at;
    const mark = marks.exec(text);
    plain += text.slice(at, mark?.index ?? text.length);
    if (!mark) break;
    at = mark.index;
    const [sign] = mark;
    const found = readMark(text, at, sign, (inner) => readInline(inner, dialect, depth + 1), dialect);
    if (found) {
      add(found.node);
      at = found.end;
    } else {
      plain += sign.startsWith('\\') ? sign.slice(1) : (entities[sign] ?? (sign === '\n' ? ' ' : sign));
      at += sign.length;
    }
  }
  if (plain !== '') nodes.push({ kind: 'text', text: plain });
  return nodes;
}

interface Found {
  node: Inline;
  end: number;
}

type Read = (text: string) => Inline[];

function readMark(text: string, at: number, sign: string, read: Read, dialect: Dialect): Found | undefined {
  if (sign.endsWith('\n') && sign.length > 1) return { node: { kind: 'break' }, end: at + sign.length };
  if (sign === '**' || sign === '*') return readEmphasis(text, at, sign, read);
  if (sign === '[' || sign === '![') return readLink(text, at, read);
  return sign === '<' ? readTag(text, at, read, dialect) : undefined;
}

function readEmphasis(text: string, at: number, sign: '*' | '**', read: Read): Found | undefined {
  const start = at + sign.length;
  if (/^\s/.test(text.slice(start))) return undefined;
  const pattern = sign === '**' ? /(?<![\\\s])\*\*/g : /(?<![\\\s*])\*(?!\*)/g;
  pattern.lastIndex = start + 1;
  const close = pattern.exec(text);
  if (!close) return undefined;
  const children = read(text.slice(start, close.index));
  const kind = sign === '**' ? 'strong' : 'emphasis';
  return { node: { kind, children }, end: close.index + sign.length };
}

function readLink(text: string, at: number, read: Read): Found | undefined {
  const link = /^(!?)\[((?:[^[\]\\]|\\.)*)\]\(([^()\s]*)\)/.exec(text.slice(at));
  if (!link) return undefined;
  const [whole, isImage, words = '', address = ''] = link;
  const node: Inline = isImage
    ? { kind: 'image', source: address, words }
    : { kind: 'link', address, children: read(words) };
  return { node, end: at + whole.length };
}

function readTag(text: string, at: number, read: Read, dialect: Dialect): Found | undefined {
  if (!dialect.tags) return undefined;
  const rest = text.slice(at);
  const br = /^<br\s*\/?>/.exec(rest);
  if (br) return { node: { kind: 'break' }, end: at + br[0].length };
  const opened = /^<(font|a)(\s[^<>]*)>/.exec(rest);
  if (!opened) return undefined;
  const [open, name = '', attributes = ''] = opened;
  const close = closing(rest, name, open.length);
  if (close < 0) return undefined;
  const inner = rest.slice(open.length, close);
  const end = at + close + name.length + 3;
  const attribute = (key: string) =>
    new RegExp(`\\b${key}\\s*=\\s*([^\\s"'<>]+)`).exec(attributes)?.[1] ?? '';
  if (name === 'font') {
    const font = { size: attribute('sizeToken'), colour: attribute('colorTokenV2') };
    return { node: { kind: 'font', ...font, children: read(inner) }, end };
  }
  const known = dialect.tags.names[attribute('atId')];
  return known === undefined ? undefined : { node: { kind: 'mention', name: known }, end };
}

/** Where the tag that opened ends, past those of its kind within. */
function closing(text: string, name: string, from: number): number {
  const pattern = new RegExp(`<(/?)${name}\\b[^<>]*>`, 'g');
  pattern.lastIndex = from;
  let depth = 1;
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    depth += found[1] === '/' ? -1 : 1;
    if (depth === 0) return found.index;
  }
  return -1;
}
