/** One of a member's open conversations, as far as it matters for whom their words are meant. */
export interface OpenConversation {
  id: string;
  /** When its customer last wrote, when it came to the member, or when they were last shown it, whichever is latest. */
  newsAt: number;
}

/** What a member typed one to one with the bot, and what is known at that moment. */
export interface Typed {
  /** The conversation of the message they quote; null when that message belongs to none. */
  quoted?: string | null;
  /** The conversation whose code they typed in front; null when no conversation has it. */
  coded?: string | null;
  /** Where their words went last, or what they chose or claimed since. */
  focus?: { conversationId: string; at: number };
  /** Those they own. */
  open: readonly OpenConversation[];
  /** Since then they were shown words of a customer who is not theirs any more, and may be answering those. */
  othersShown?: boolean;
  /** When they were last asked to take over another, and shown it, if they have not answered yet: they may be speaking to that one. */
  offeredAt?: number;
  now: number;
}

export type Target =
  | { kind: 'conversation'; id: string; by: 'quote' | 'code' | 'focus' | 'only' }
  | { kind: 'doubt'; why: 'several' | 'newer' | 'old' | 'gone' | 'unclear'; candidates: string[] }
  | { kind: 'nobody' };

/** After so long without a word to anybody, the member may have forgotten whom they were turned to. */
export const focusLifeMs = 15 * 60_000;

/**
 * For whom a member's words are meant: the quoted message's conversation, or the code typed, or the focus while that is
 * unambiguous. It is in doubt when another customer has written since, when it is old, when what they are turned to is
 * not (or no longer) theirs, and when they point at something that can't be told; then they are asked. It never guesses,
 * because a wrong guess is read by another customer.
 */
export function targetOf(typed: Typed): Target {
  const { quoted, coded, focus, open } = typed;
  const candidates = open.map((one) => one.id);
  const doubt = (why: Extract<Target, { kind: 'doubt' }>['why']): Target => ({
    kind: 'doubt',
    why,
    candidates,
  });
  if (quoted && coded && quoted !== coded && candidates.includes(coded)) return doubt('unclear');
  if (quoted) return { kind: 'conversation', id: quoted, by: 'quote' };
  if (coded) return { kind: 'conversation', id: coded, by: 'code' };
  const [first, ...others] = open;
  if (!first) return { kind: 'nobody' };
  if (quoted === null) return doubt('unclear');
  // With one customer only, "M4 芯片" is a thing to talk about; with several it may be a code mistyped.
  if (coded === null && others.length > 0) return doubt('unclear');
  if (!focus && typed.offeredAt !== undefined) return doubt('newer');
  if (!focus)
    return others.length === 0 ? { kind: 'conversation', id: first.id, by: 'only' } : doubt('several');
  if (!candidates.includes(focus.conversationId)) return doubt('gone');
  if ((typed.offeredAt ?? 0) > focus.at) return doubt('newer');
  if (others.length === 0) return { kind: 'conversation', id: first.id, by: 'focus' };
  const isNewer = open.some((one) => one.id !== focus.conversationId && one.newsAt > focus.at);
  if (isNewer || typed.othersShown) return doubt('newer');
  if (typed.now - focus.at > focusLifeMs) return doubt('old');
  return { kind: 'conversation', id: focus.conversationId, by: 'focus' };
}
