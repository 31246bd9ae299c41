import { safeAddress } from './address.js';
import { decodeEntities } from './entities.js';
import type { Inline } from './nodes.js';
import { isVoid, readTag, type Tag } from './tags.js';

/** Deeper nesting than this is drawn as it was typed: nobody writes it, and it keeps hostile text linear to read. */
const deepest = 10;
const longestLabel = 1000;
const longestTarget = 3000;
const bareAddress = /https?:\/\/[A-Za-z0-9\-._~:/?#@!$&+,;=%]+/y;
const special = /[\\`*_~<![h\n]/g;
const punctuation = /[!-/:-@[-`{-~]/;

/** Reads the inline part of Feishu's card markdown. Never throws; what cannot be read is text. */
export function readInline(text: string, depth = 0): Inline[] {
  return new Reader(text, depth).read();
}

class Reader {
  private readonly nodes: Inline[] = [];
  private plain = '';
  private at = 0;
  /** Closing marks that were looked for and are not in the rest: looking again would make `****…` quadratic. */
  private readonly missing = new Set<string>();
  private readonly text: string;
  private readonly depth: number;

  constructor(text: string, depth: number) {
    this.text = text;
    this.depth = depth;
  }

  read(): Inline[] {
    while (this.at < this.text.length) {
      special.lastIndex = this.at;
      const next = special.exec(this.text)?.index ?? this.text.length;
      this.plain += this.text.slice(this.at, next);
      this.at = next;
      if (next < this.text.length && !this.readSpecial()) {
        this.plain += this.text.charAt(this.at);
        this.at += 1;
      }
    }
    this.flush();
    return this.nodes;
  }

  private readSpecial(): boolean {
    switch (this.text.charAt(this.at)) {
      case '\n':
        return this.push({ kind: 'break' }, this.at + 1);
      case '\\':
        return this.readEscape();
      case '`':
        return this.readCode();
      case '*':
      case '_':
      case '~':
        return this.readEmphasis();
      case '!':
        return this.readImage();
      case '[':
        return this.readLink();
      case '<':
        return this.readTagged();
      default:
        return this.readBareAddress();
    }
  }

  private readEscape(): boolean {
    const escaped = this.text.charAt(this.at + 1);
    if (escaped === '' || !punctuation.test(escaped)) return false;
    this.flush();
    return this.push({ kind: 'text', text: escaped }, this.at + 2);
  }

  private readCode(): boolean {
    let ticks = 1;
    while (this.text.charAt(this.at + ticks) === '`') ticks += 1;
    const mark = '`'.repeat(ticks);
    const end = this.find(mark, this.at + ticks);
    if (end < 0) {
      this.plain += mark.slice(1);
      this.at += ticks - 1;
      return false;
    }
    const code = this.text.slice(this.at + ticks, end);
    return this.push(
      { kind: 'code', text: decodeEntities(code.trim() === '' ? code : code.trim()) },
      end + ticks,
    );
  }

  private readEmphasis(): boolean {
    for (const [mark, kind] of marks) {
      if (!this.text.startsWith(mark, this.at) || this.depth >= deepest) continue;
      const start = this.at + mark.length;
      if (/^\s?$/.test(this.text.charAt(start))) continue;
      if (mark.startsWith('_') && isWord(this.text.charAt(this.at - 1))) continue;
      const end = this.findClosing(mark, start);
      if (end < 0) continue;
      return this.push({ kind, children: this.inside(start, end) }, end + mark.length);
    }
    return false;
  }

  private findClosing(mark: string, start: number): number {
    for (let end = this.find(mark, start + 1); end >= 0; end = this.find(mark, end + mark.length)) {
      const closes = !/\s/.test(this.text.charAt(end - 1)) && this.text.charAt(end - 1) !== '\\';
      const single =
        mark.length > 1 || (this.text.charAt(end + 1) !== mark && this.text.charAt(end - 1) !== mark);
      const ends = !mark.startsWith('_') || !isWord(this.text.charAt(end + mark.length));
      if (closes && single && ends)
        return mark.length === 2 && this.text.charAt(end + 2) === mark[0] ? end + 1 : end;
    }
    this.missing.add(mark);
    return -1;
  }

  private readImage(): boolean {
    if (this.text.charAt(this.at + 1) !== '[') return false;
    const parts = this.bracketed(this.at + 1);
    if (parts === null) return false;
    return this.push({ kind: 'image', key: parts.target, alt: decodeEntities(parts.label) }, parts.end);
  }

  private readLink(): boolean {
    if (this.depth >= deepest) return false;
    const parts = this.bracketed(this.at);
    if (parts === null) return false;
    const address = safeAddress(decodeEntities(parts.target));
    return this.push({ kind: 'link', address, children: readInline(parts.label, this.depth + 1) }, parts.end);
  }

  /** `[label](target)` beginning at `open`. */
  private bracketed(open: number): { label: string; target: string; end: number } | null {
    const middle = this.find('](', open + 1);
    if (middle < 0 || middle - open > longestLabel) return null;
    const end = this.findBracket(middle + 2);
    if (end < 0) return null;
    const target = this.text.slice(middle + 2, end).replace(/\s+"[^"]*"$/, '');
    const label = this.text.slice(open + 1, middle);
    return /\n\s*\n/.test(label) || /[\s<]/.test(target.trim())
      ? null
      : { label, target: target.trim(), end: end + 1 };
  }

  /** The `)` that closes an address, which may hold brackets of its own. */
  private findBracket(from: number): number {
    let open = 0;
    for (let at = from; at < Math.min(this.text.length, from + longestTarget); at += 1) {
      const character = this.text.charAt(at);
      if (character === ')' && open === 0) return at;
      if (character === '(') open += 1;
      else if (character === ')') open -= 1;
      else if (character === '\n') return -1;
    }
    return -1;
  }

  private readTagged(): boolean {
    const tag = readTag(this.text, this.at);
    if (tag === null || this.depth >= deepest) return false;
    if (isVoid(tag.name)) return this.push({ kind: 'break' }, tag.end);
    const closing = `</${tag.name}>`;
    const close = this.find(closing, tag.end);
    const end = close < 0 ? tag.end : close;
    this.pushAll(this.tagged(tag, end), close < 0 ? end : end + closing.length);
    return true;
  }

  private tagged(tag: Tag, end: number): Inline[] {
    const text = decodeEntities(this.text.slice(tag.end, end));
    const attribute = (name: string): string => decodeEntities(tag.attributes.get(name) ?? '');
    switch (tag.name) {
      case 'raw':
        return [{ kind: 'text', text }];
      case 'at':
        return people(attribute('ids') || attribute('id') || attribute('email'), text);
      case 'person':
        return people(attribute('id'), text);
      case 'font':
        return [{ kind: 'font', colour: attribute('color'), children: this.inside(tag.end, end) }];
      case 'text_tag':
        return [{ kind: 'tag', colour: attribute('color'), text }];
      case 'number_tag':
        return [
          {
            kind: 'number',
            text,
            background: attribute('background_color'),
            colour: attribute('font_color'),
          },
        ];
      case 'local_datetime':
        return [
          { kind: 'time', milliseconds: Number(attribute('millisecond')), format: attribute('format_type') },
        ];
      default: {
        const address = safeAddress(attribute('href') || attribute('url') || attribute('pc_url'));
        return [{ kind: 'link', address, children: this.inside(tag.end, end) }];
      }
    }
  }

  private readBareAddress(): boolean {
    bareAddress.lastIndex = this.at;
    const found = bareAddress.exec(this.text)?.[0].replace(/[.,;:!?]+$/, '');
    if (found === undefined || isWord(this.text.charAt(this.at - 1))) return false;
    const children: Inline[] = [{ kind: 'text', text: decodeEntities(found) }];
    return this.push(
      { kind: 'link', address: safeAddress(decodeEntities(found)), children },
      this.at + found.length,
    );
  }

  private inside(start: number, end: number): Inline[] {
    return readInline(this.text.slice(start, end), this.depth + 1);
  }

  private find(mark: string, from: number): number {
    if (this.missing.has(mark)) return -1;
    const found = this.text.indexOf(mark, from);
    if (found < 0) this.missing.add(mark);
    return found;
  }

  private push(node: Inline, end: number): true {
    this.pushAll([node], end);
    return true;
  }

  private pushAll(nodes: Inline[], end: number): void {
    this.flush();
    this.nodes.push(...nodes);
    this.at = end;
  }

  private flush(): void {
    if (this.plain !== '') this.nodes.push({ kind: 'text', text: decodeEntities(this.plain) });
    this.plain = '';
  }
}

const marks = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'strike'],
  ['*', 'emphasis'],
  ['_', 'emphasis'],
] as const;

const isWord = (character: string): boolean => /[A-Za-z0-9_]/.test(character);

function people(ids: string, name: string): Inline[] {
  return ids
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
    .map((id) => ({ kind: 'at', id, name: name === '' ? null : name }));
}
