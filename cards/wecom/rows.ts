import { looksLikeCode } from '../../core/conversations/codes.js';
import { type Locale, text } from '../../core/i18n/texts.js';
import { fit, fits, widthOf } from '../measure.js';
import type { HorizontalRow } from './card.js';
import { type Lengths, ROWS_MAX } from './limits.js';
import type { Outline, Row } from './outline.js';

const between = ' · ';
/** Of a name at least this much is read, in 字, or this part of the room, however much there is to say beside it. */
const NAME_MIN = 3;
const NAME_SHARE = 1 / 4;

/** Of a list the first, of a talk the last, when it said something: its words are quoted, under its name, so it is no row. */
export function leadOf({ rows, actions }: Outline): Row | undefined {
  const isTalk =
    actions.length > 0 && rows.length > 1 && rows.every((row) => row.action === undefined && said(row));
  const row = isTalk ? rows.at(-1) : rows[0];
  return row && said(row) ? row : undefined;
}

const said = (row: Row): boolean => Boolean(row.details[1]);

/**
 * The six rows: the list but for the one that is quoted, or the facts, as many as there is room for, and then what leads to the page: the part of it that
 * is most of what is missing here, and the field that can only be filled in there.
 *
 * @param isAll  whether the rest of the card holds everything
 */
export function rowsOn(
  outline: Outline,
  room: Lengths,
  { locale, page, isAll }: { locale: Locale; page: string | undefined; isAll: boolean },
): HorizontalRow[] {
  const lead = leadOf(outline);
  const listed = [
    ...outline.rows.filter((row) => row !== lead).map((row) => horizontalRow(row, room)),
    ...outline.facts.map(({ title, value }) => ({
      keyname: keyOf(title, room.rowKey),
      value: fit(value, room.rowValue),
    })),
  ];
  if (page === undefined) return listed.slice(0, ROWS_MAX);
  const open = (keyname: string, value: string): HorizontalRow => ({ keyname, value, type: 1, url: page });
  const [field] = outline.fields;
  const toFill = field === undefined ? [] : [open(keyOf(field, room.rowKey), text(locale, 'card.fillIn'))];
  const haveRoom =
    listed.length + toFill.length <= ROWS_MAX &&
    outline.facts.every(({ value }) => fits(value, room.rowValue));
  const folded = outline.folded.findLast((title) => fits(title, room.rowKey));
  const more = open(
    folded ?? text(locale, 'card.label.more'),
    fit(outline.left, room.rowValue) || text(locale, 'card.viewAll'),
  );
  const links = [...(isAll && haveRoom && outline.left === '' ? [] : [more]), ...toFill];
  return [...listed.slice(0, ROWS_MAX - links.length), ...links];
}

/** "王女士 · A12", or "A12 王女士": who it is, and the code that people call them by. */
function called(row: Row): { name: string; code: string } {
  const [first = '', ...names] = row.name.split(' ');
  if (names.length > 0 && looksLikeCode(first)) return { name: names.join(' '), code: first };
  const at = row.name.lastIndexOf(between);
  const code = row.name.slice(at + between.length);
  return at > 0 && looksLikeCode(code) ? { name: row.name.slice(0, at), code } : { name: row.name, code: '' };
}

/** The code of a row, or ''. */
export const codeOf = (row: Row): string => called(row).code;

/**
 * A row of the list: "A12 | 王女士 · 售后 · 已等待 1 分钟". Where there is no code, what it is called by is the key:
 * "/认领 | 认领等待最久的客户".
 */
function horizontalRow(row: Row, room: Lengths): HorizontalRow {
  const { name, code } = called(row);
  if (code) return { keyname: fit(code, room.rowKey), value: joined(name, saidOf(row), room.rowValue) };
  const [first = name, ...rest] = [...row.tags, ...row.details.flatMap(segmentsOf)];
  const more = (words: string, segment: string) => {
    const longer = words + between + segment;
    return fits(longer, room.rowValue) ? longer : words;
  };
  return {
    keyname: keyOf(name, room.rowKey),
    value: rest.reduce(more, clauses(first, room.rowValue) || '…'),
  };
}

/** A text in `max` 字: whole, or its first clauses, or cut. */
function clauses(words: string, max: number): string {
  if (fits(words, max)) return words;
  const ends = [...words.matchAll(/[，；：。]|[,;:.](?= )/g)].map(({ index }) => words.slice(0, index));
  return ends.findLast((part) => part !== '' && fits(part, max)) ?? fit(words, max);
}

/** A row in `max` 字, as an option of a dropdown or above its words: "A12 王女士 · 已等待 1 分钟". */
export function optionOf(row: Row, max: number): string {
  const { name, code } = called(row);
  const said = saidOf(row);
  if (!code) return joined(name, said, max);
  return `${code} ${joined(name, said, max - widthOf(`${code} `))}`;
}

/** A label as the key of a row: whole, or its first part, or its first word; cut only when that is too long as well. */
export function keyOf(label: string, max: number): string {
  const [part = label] = label.split(between);
  const [word = part] = part.split(' ').filter((one) => /[\p{L}\p{N}]/u.test(one));
  const whole = [label, part, word].find((one) => one !== '' && fits(one, max));
  return whole ?? (fit(word || part, max) || '…');
}

const segmentsOf = (detail: string): string[] => detail.split(between).filter((segment) => segment !== '');

const saidOf = ({ tags, details: [detail = ''] }: Row): string[] => [...tags, ...segmentsOf(detail)];

/**
 * A name and as much of what is said of it as there is room for, beginning with what was said last. What would fill half of
 * the room is somebody's words, and no fact to be read at a glance.
 */
function joined(name: string, said: readonly string[], max: number): string {
  const short = fit(name, max);
  const least = Math.min(widthOf(short), Math.max(NAME_MIN, max * NAME_SHARE));
  let room = max - least;
  const kept = [...said].reverse().filter((segment) => {
    const width = fits(segment, max / 2) ? widthOf(between + segment) : Number.POSITIVE_INFINITY;
    const hasRoom = width <= room;
    if (hasRoom) room -= width;
    return hasRoom;
  });
  return [fit(short, least + room) || '…', ...kept.reverse()].join(between);
}
