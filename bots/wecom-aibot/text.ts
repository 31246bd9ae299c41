import { storable } from '../../core/text/storable.js';

const invisible = '\u200b';

/** `content` of a stream or of markdown. Source: developer.work.weixin.qq.com, 智能机器人 → 被动回复消息, 智能机器人长连接. */
export const contentMaxBytes = 20_480;

/** Up to the first bracket: what follows it is read with the words, and still opens with it. */
const address = /(https?:\/\/[^\s<>"'`()[\]（）【】「」，。；！？]+)/i;

/**
 * Text that WeCom's Markdown shows as it is. An AI bot can say nothing that is not Markdown, and no page says how it is
 * escaped. So each construct is broken twice: by a backslash, as Markdown has it, which a reader that knows none would show
 * but not obey at the beginning of a line; and by an invisible space inside whatever names an address, a tag, a person or
 * an entity, which holds for any reader. Addresses stay whole, so that they can be opened: what is markup in one is
 * percent-encoded instead. Every line ends where it ended.
 */
export function inert(text: string): string {
  return storable(text).split('\n').map(inertLine).join('  \n');
}

const inertLine = (line: string): string =>
  atLineStart(
    line
      .split(address)
      .map((part, index) => (index % 2 === 1 ? inertAddress(part) : inertWords(part)))
      .join(''),
  );

const inertWords = (words: string): string =>
  words
    .replace(/[\\`*_~[\]|]/g, '\\$&')
    .replace(/(\]|!)(?=\s*\\?[[(])/g, `$1${invisible}`)
    .replace(/<(?=[a-z/!?@])/gi, `<${invisible}`)
    .replace(/&(?=#?\w+;)/g, `&${invisible}`);

const inertAddress = (address: string): string =>
  address
    .replace(/[*~|\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/_/g, '%5F')
    .replace(/&(?=#?\w+;)/g, '&amp;');

/** Headings, quotes, lists, rules, tables and code that is set in: all begin a line. */
const atLineStart = (line: string): string =>
  line
    .replace(/^[ \t]+/, (space) => '\u00a0'.repeat(space.length))
    .replace(/^(\u00a0*)([#>+=-])/, '$1\\$2')
    .replace(/^(\u00a0*\d+)([.)])/, '$1\\$2');

/** The text in parts that each fit, cut between lines where possible, and never through a character or its backslash. */
export function partsOf(text: string, maxBytes = contentMaxBytes): string[] {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  const end = () => {
    if (part !== '') parts.push(part);
    part = '';
    size = 0;
  };
  for (const line of text.split(/(?<=\n)/)) {
    const lineSize = Buffer.byteLength(line);
    if (size + lineSize > maxBytes) end();
    if (lineSize <= maxBytes) {
      part += line;
      size += lineSize;
      continue;
    }
    for (const [piece] of line.matchAll(/\\?[\s\S]/gu)) {
      const pieceSize = Buffer.byteLength(piece);
      if (size + pieceSize > maxBytes) end();
      part += piece;
      size += pieceSize;
    }
  }
  end();
  return parts;
}
