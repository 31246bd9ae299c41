import { h } from './element.js';
import { icon } from './icons.js';

export type AvatarKind = 'person' | 'bot' | 'group' | 'topic';

/** A round of colour with the last two characters of a Chinese name, or the initials of any other. */
export function avatar(name: string, kind: AvatarKind): HTMLElement {
  const hue = kind === 'bot' ? 'bot' : kind === 'person' ? String(hash(name) % 8) : kind;
  const inside = kind === 'person' ? initials(name) : icon(kind === 'bot' ? 'robot' : kind);
  return h('span', { class: `avatar avatar-${hue}`, 'aria-hidden': 'true' }, inside);
}

function initials(name: string): string {
  const family = /^(.{1,2})(?:女士|先生|小姐|同学|老师)$/u.exec(name.trim())?.[1];
  if (family !== undefined) return family;
  if (/\p{Script=Han}/u.test(name)) return [...name.trim()].slice(-2).join('');
  const words = name.trim().split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

function hash(text: string): number {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}
