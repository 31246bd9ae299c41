import type { Message } from '../control/shapes.js';

/** A message of the main list, with the answers in the topic it began. */
export interface Thread {
  root: Message;
  answers: Message[];
}

/** Sorts what a person sees into main list and topics, in the order it was said. */
export function threadsOf(messages: readonly Message[]): Thread[] {
  const roots: Thread[] = [];
  const byTopic = new Map<string, Thread>();
  for (const message of messages) {
    const topic = message.threadId ? byTopic.get(message.threadId) : undefined;
    if (topic !== undefined) {
      topic.answers.push(message);
      continue;
    }
    const thread = { root: message, answers: [] };
    roots.push(thread);
    if (message.threadId) byTopic.set(message.threadId, thread);
  }
  return roots;
}

const lastSeq = ({ root, answers }: Thread): number => answers.at(-1)?.seq ?? root.seq;

export const newestFirst = (threads: readonly Thread[]): Thread[] =>
  [...threads].sort((one, other) => lastSeq(other) - lastSeq(one));
