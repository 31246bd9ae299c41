import type { Choice } from '../../core/ports/courier.js';

const LABEL_BYTES_MAX = 128;
const ID_BYTES_MAX = 128;
const ENTRIES_MAX = 10;
/** Text above the entries. Source: path/94677, 菜单消息. */
export const HEAD_BYTES_MAX = 1024;

/** What is tapped comes back as its id, so the id is what it says; a foreign menu's ids mean nothing to us. */
const mark = 'say-';

export const menuOf = (head: string, choices: readonly Choice[]): object => ({
  head_content: head,
  list: choices.slice(0, ENTRIES_MAX).map(({ label, say }) => ({
    type: 'click',
    click: { id: idOf(say), content: startOf(label, LABEL_BYTES_MAX) },
  })),
});

/** Whether a menu can stand for these words and choices. */
export const fitsMenu = (head: string, choices: readonly Choice[]): boolean =>
  choices.length > 0 &&
  head.trim() !== '' &&
  Buffer.byteLength(head) <= HEAD_BYTES_MAX &&
  choices.every(({ label }) => label.trim() !== '');

/** What a tap says: what its entry stood for, or else the words on it. */
export function saidBy(menuId: string | undefined, content: string): string {
  if (!menuId?.startsWith(mark)) return content;
  return Buffer.from(menuId.slice(mark.length), 'base64url').toString('utf8') || content;
}

/** Plain characters only, since WeCom does not say which others it takes. Too long, and the tap says what it shows. */
function idOf(say: string): string {
  const whole = `${mark}${Buffer.from(say).toString('base64url')}`;
  return whole.length <= ID_BYTES_MAX ? whole : mark;
}

/** The longest start of a text that fits into so many bytes. */
export function startOf(text: string, bytesMax: number): string {
  let size = 0;
  let length = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytesMax) break;
    length += character.length;
  }
  return text.slice(0, length);
}
