import { createHash } from 'node:crypto';
import { z } from 'zod';
import { id, parseJson } from './fields.js';

/**
 * Where the answer to one message goes: over the long connection under the message's own `req_id`; or, where WeCom calls
 * an address, into the stream that it asks for again and again, and once to an address of its own. `at` is when the
 * message was said. To core it is an opaque string (`InboundMessage.reply`).
 */
const replySchema = z.union([
  z.object({ request: id, at: z.number() }),
  z.object({ stream: z.string().min(1), url: z.string().optional(), at: z.number() }),
]);
export type Reply = z.infer<typeof replySchema>;

export const writeReply = (reply: Reply): string => JSON.stringify(reply);

export const replyIn = (text: string | undefined): Reply | undefined =>
  text === undefined ? undefined : replySchema.safeParse(parseJson(text)).data;

/**
 * The stream that a message is answered in. It follows from the message alone, so that a repeated delivery names the same
 * one; the seconds before it say when it began, since what asks for it later doesn't.
 */
export function streamIdOf(messageId: string, at: number): string {
  const digest = createHash('sha256').update(messageId).digest('hex');
  return `${Math.floor(at / 1000)}-${digest.slice(0, 32)}`;
}

/** What is kept about a stream is kept under this part of its id: a retry that was stamped anew names the same. */
export const streamKeyOf = (streamId: string): string => streamId.replace(/^\d+-/, '');

export const streamBeganAt = (streamId: string): number => Number(streamId.split('-')[0]) * 1000;

const second = 1000;

/** How long an answer may go into the stream; and when a stream that was told nothing is ended by us, not before that. */
export const streamOpenMs = 60 * second;
export const streamIdleMs = 90 * second;
