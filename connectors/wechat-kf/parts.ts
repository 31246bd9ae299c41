import { startOf } from './menu.js';

/** What one text may hold. Source: path/94677, 文本消息. */
export const TEXT_BYTES_MAX = 2048;

/** A text in parts that each fit into one message, cut at the end of a line or word where there is one. */
export function partsOf(text: string, max = TEXT_BYTES_MAX): string[] {
  const parts: string[] = [];
  let rest = text;
  while (Buffer.byteLength(rest) > max) {
    const head = startOf(rest, max);
    const gap = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
    const end = gap > head.length / 2 ? gap : head.length;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^[\n ]/, '');
  }
  return [...parts, rest].filter((part) => part.trim() !== '');
}
