import { storable } from '../core/text/storable.js';

const invisible = '\u200b';

/** WeCom cuts a longer text without a word. Source: 发送应用消息 → 文本消息. */
export const TEXT_BYTES_MAX = 2048;

/**
 * Text that WeCom shows as it is. A text message may hold links (`<a href>`), mentions in groups (`<@userid>`), and, where
 * it is asked for, names to fill in (`$userName=…$`); there is no way to escape them, so an invisible space is put
 * where one would begin.
 * Source: developer.work.weixin.qq.com, 发送应用消息 → 文本消息, id转译说明; 消息推送配置说明.
 */
export function inert(text: string): string {
  return storable(text)
    .replace(/<(?=\s*[/!@a-z])/gi, `<${invisible}`)
    .replace(/\$(?=\w+=)/g, `$${invisible}`);
}

/**
 * A text in parts of at most `max` bytes, which together are all of it: cut at the end of a line, or of a word where a line
 * is too long for one part, or at least not through what is read as one character. Parts without words are left out.
 */
export function partsOf(text: string, max = TEXT_BYTES_MAX): string[] {
  const parts: string[] = [];
  let rest = text;
  while (sizeOf(rest) > max) {
    const head = headOf(rest, max);
    const gap = Math.max(head.lastIndexOf('\n'), rest[head.length] === '\n' ? head.length : 0);
    const space = head.lastIndexOf(' ');
    const end = gap > 0 ? gap : space > head.length / 2 ? space : head.length;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^[\n ]/, '');
  }
  return [...parts, rest].filter((part) => part.trim() !== '');
}

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const sizeOf = (text: string): number => Buffer.byteLength(text);

/** The longest start of a text that fits; a pile of accents too big for a whole part is torn. */
function headOf(text: string, max: number): string {
  const whole = startOf(
    text,
    max,
    [...graphemes.segment(text.slice(0, max + 1))].map(({ segment }) => segment),
  );
  return whole === '' ? startOf(text, max, [...text.slice(0, max)]) : whole;
}

function startOf(text: string, max: number, units: readonly string[]): string {
  let size = 0;
  let length = 0;
  for (const unit of units) {
    size += sizeOf(unit);
    if (size > max) break;
    length += unit.length;
  }
  return text.slice(0, length);
}
