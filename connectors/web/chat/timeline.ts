import type { Pending } from './pending.js';
import type { ChatMessage } from './wire.js';

/** What is known of the transcript, by id. */
export type Known = ReadonlyMap<string, ChatMessage>;

/** Takes in messages in whatever order they come: of each, the highest revision stays. */
export function merged(known: Known, fresh: readonly ChatMessage[]): Known {
  const next = new Map(known);
  for (const message of fresh) {
    const old = next.get(message.id);
    if (!old || old.revision < message.revision) next.set(message.id, message);
  }
  return next;
}

export const inOrder = (known: Known): ChatMessage[] =>
  [...known.values()].sort((one, two) => one.at - two.at || one.revision - two.revision);

/** What is still only here: everything the transcript does not hold under the id it was given here. */
export function stillPending(pending: readonly Pending[], known: Known): Pending[] {
  const arrived = new Set([...known.values()].map(({ client }) => client));
  return pending.filter(({ id }) => !arrived.has(id));
}

/** What was said to the visitor above a revision. */
export function unreadAbove(known: Known, seen: number): ChatMessage[] {
  return [...known.values()].filter(
    ({ by, content, revision }) =>
      revision > seen &&
      (by.kind === 'agent' || by.kind === 'robot') &&
      content.type !== 'recalled' &&
      !(content.type === 'rating' && content.card.state !== 'open'),
  );
}

/** Whether a message goes on what the one before it began: same author, within three minutes. */
export function continues(before: ChatMessage | undefined, { by, at }: ChatMessage): boolean {
  if (!before || before.by.kind !== by.kind || before.by.name !== by.name) return false;
  return at - before.at < 180_000;
}

/** Whether the time is worth saying before this message. */
export const breaksTime = (before: ChatMessage | undefined, { at }: ChatMessage): boolean =>
  !before || at - before.at > 600_000;
