/** Whether what members read about a conversation is so, by the database. */
import type { Seen } from './cards-eyes.js';

export interface Truth {
  id: string;
  code: string;
  state: 'robot' | 'waiting' | 'active' | 'closed';
  owner: string | null;
  offered: string | null;
  /** Rises with everything that is done to it. */
  epoch: number;
  /** How often it was claimed, handed on and closed. */
  done: number;
}

const names = (words: string, code: string): boolean =>
  new RegExp(`(?<![A-Za-z0-9])${code}(?![0-9])`).test(words);

/** "员工T1A1 处理中": who has it, of all that is said so. */
const ownersIn = (words: string): string[] =>
  [...words.matchAll(/(\S+) 处理中/gu)].map((found) => found[1] ?? '');

/** What is said that is not so; undefined: nothing. */
export function lieIn(words: string, truth: Truth): string | undefined {
  const { state, owner } = truth;
  const saysWaiting = /等待认领|等待客服/.test(words) && !/0 位客户等待认领/.test(words);
  const saysClosed = /已结束/.test(words);
  const owners = ownersIn(words);
  if (state === 'waiting' && isNotice(words) && !names(words, truth.code))
    return `knows nothing of ${truth.code}`;
  if (state !== 'waiting' && saysWaiting) return `says that ${truth.code} waits`;
  if (state !== 'closed' && saysClosed) return `says that ${truth.code} is closed`;
  const wrong = owners.find((one) => state !== 'active' || one !== owner);
  if (wrong !== undefined) return `says that ${wrong} has ${truth.code}`;
  const given = /已由 (\S+) 接手/u.exec(words)?.[1];
  if (given !== undefined && given !== owner) return `says that ${given} took ${truth.code} over`;
  if (/邀请你接手/.test(words) && truth.offered === null) return `invites to take ${truth.code} over`;
  return undefined;
}

/** Whether it says how things stand. */
export function tellsOf(words: string, { state, owner }: Truth): boolean {
  if (state === 'waiting') return /等待认领/.test(words);
  if (state === 'closed')
    return /已结束|会话已结束|已失效|接手|都已有人接待|没有客户在等待|没有等待/.test(words);
  return (
    (owner !== null && words.includes(owner)) || /你已接手|已经是你|由你处理|都已有人接待|没有/.test(words)
  );
}

/** Tells of all who wait, so that the newest one says of who is not on it that they don't. */
const isNotice = (words: string): boolean => /位客户等待认领|等待的客户都已有人接待/.test(words);

/** The newest card in each place that is about the conversation. */
export function newestOf(seen: readonly Seen[], code: string): Seen[] {
  const newest = new Map<string, Seen>();
  for (const one of seen) {
    const isAbout = names(one.words, code) || (newest.has(one.where) && isNotice(one.words));
    if (one.isCard && isAbout) newest.set(one.where, one);
  }
  return [...newest.values()];
}

export const cardsOf = (seen: readonly Seen[], code: string): Seen[] =>
  seen.filter(({ isCard, words }) => isCard && names(words, code));
