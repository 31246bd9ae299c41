import { z } from 'zod';
import type { Chat, InboundMessage } from '../../core/ports/inbound.js';
import { contentFields, contentOf } from './content.js';
import { anything, id, instantOf, optionalId, personOf } from './fields.js';
import { type Reply, streamIdOf, writeReply } from './reply.js';

export const messageSchema = z.object({
  msgid: id,
  chatid: optionalId,
  chattype: z.string(),
  from: z.object({ userid: id }),
  create_time: anything,
  response_url: z.string().max(4096).optional().catch(undefined),
  msgtype: z.string(),
  ...contentFields,
});
export type Message = z.infer<typeof messageSchema>;

/**
 * How a callback came, as far as it matters to its meaning: the frame's `req_id`; a time for what tells none itself; and
 * its text, for what has no id.
 */
export interface Way {
  request?: string;
  at: number;
  text: string;
}

/**
 * Words with pictures become several messages: the first keeps the message's id, the others are `<id>#2`, `<id>#3`, …
 * A quote comes without the id of what it quotes, so it can't be told which that is, and is left out.
 */
export function readMessage(message: Message, way: Way): InboundMessage[] {
  const at = instantOf(message.create_time, way.at);
  const chat = chatOf(message);
  const shared = { kind: 'message' as const, sender: personOf(message.from.userid), at, chat };
  const reply = writeReply(replyTo(message, way, at));
  const contents = contentOf(message.msgtype, message, chat.kind === 'group');
  return contents.map((content, index) =>
    index === 0
      ? { ...shared, id: message.msgid, ...content, reply }
      : { ...shared, id: `${message.msgid}#${index + 1}`, ...content },
  );
}

/** One to one there is no chat id: the person is the chat. In a group the bot hears only what mentions it. */
export function chatOf({ chatid, chattype, from }: Pick<Message, 'chatid' | 'chattype' | 'from'>): Chat {
  return chattype === 'group' && chatid
    ? { id: chatid, kind: 'group', addressed: true }
    : { id: personOf(from.userid), kind: 'direct', addressed: true };
}

function replyTo({ msgid, response_url: url }: Message, { request }: Way, at: number): Reply {
  if (request !== undefined) return { request, at };
  return { stream: streamIdOf(msgid, at), ...(url && { url }), at };
}
