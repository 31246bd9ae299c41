import { z } from 'zod';
import type { Chat, Inbound, InboundMessage } from '../../core/ports/inbound.js';
import { contentOf } from './content.js';
import type { FeishuCredentials } from './credentials.js';
import { anything, id, instantOf, optionalId } from './fields.js';
import { mentionsOf, mentionsSchema } from './mentions.js';

const messageEvent = z.object({
  sender: z.object({
    sender_id: z.object({ open_id: id }),
    sender_type: z.string().catch('user'),
    tenant_key: z.string().optional().catch(undefined),
  }),
  message: z.object({
    message_id: id,
    root_id: optionalId,
    parent_id: optionalId,
    thread_id: optionalId,
    create_time: anything,
    chat_id: id,
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: mentionsSchema,
  }),
});
type Message = z.infer<typeof messageEvent>['message'];

/** Whoever is not a person is an app or a bot, our own included: answering those would go round in circles. */
const senderType = z.object({ sender: z.object({ sender_type: z.string() }) });
const isFromPerson = (event: unknown) => {
  const type = senderType.safeParse(event).data?.sender.sender_type;
  return type === undefined || type === 'user';
};

/**
 * `im.message.receive_v1`. A rich text with pictures becomes several messages: the first keeps the message's id, the
 * others are `<id>#2`, `<id>#3`, …
 *
 * @returns undefined when it lacks what every message has, or when a stranger from another tenant said it in a group
 *          shared with them: nobody there is a member
 * Source: open.feishu.cn, 接收消息 (im-v1/message/events/receive).
 */
export function readMessage(
  event: unknown,
  credentials: FeishuCredentials,
  now: number,
): Inbound[] | undefined {
  const found = messageEvent.safeParse(event).data;
  if (!found) return isFromPerson(event) ? undefined : [];
  const { sender, message } = found;
  if (sender.sender_type !== 'user') return [];
  if (credentials.tenantKey && sender.tenant_key && sender.tenant_key !== credentials.tenantKey)
    return undefined;

  const mentions = mentionsOf(message.mentions, credentials);
  const shared = {
    kind: 'message' as const,
    sender: sender.sender_id.open_id,
    at: instantOf(message.create_time, now),
    chat: chatOf(message, mentions.addressed),
  };
  const quote = quoteOf(message);
  return contentOf(message.message_type, message.content, mentions).map((content, index): InboundMessage => {
    if (index > 0) return { ...shared, id: `${message.message_id}#${index + 1}`, ...content };
    return { ...shared, id: message.message_id, ...content, ...(quote && { quote }) };
  });
}

function chatOf(message: Message, addressed: boolean): Chat {
  if (message.chat_type === 'p2p') return { id: message.chat_id, kind: 'direct', addressed: true };
  const chat: Chat = { id: message.chat_id, kind: 'group', addressed };
  return message.thread_id ? { ...chat, thread: message.thread_id } : chat;
}

/** Inside a topic every message has the root as parent, unless another one is quoted. */
function quoteOf({ parent_id, root_id, thread_id }: Message): { id: string } | undefined {
  if (!parent_id) return undefined;
  return thread_id && parent_id === root_id ? undefined : { id: parent_id };
}

/** Under `<id>#2` the platform knows no message. */
export const platformIdOf = (messageId: string): string => messageId.replace(/#\d+$/, '');
