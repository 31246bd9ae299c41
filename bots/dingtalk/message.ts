import { z } from 'zod';
import type { Chat, Inbound, InboundMessage } from '../../core/ports/inbound.js';
import { contentOf } from './content.js';
import { anything, id, instantOf, optionalId } from './fields.js';
import { topics } from './frame.js';
import { messageIdIn } from './place.js';

const optional = z.string().optional().catch(undefined);

const messageSchema = z.object({
  msgId: id,
  /** What comes without its content may come without its type too. */
  msgtype: z.string().max(100).catch(''),
  createAt: anything,
  conversationId: id,
  conversationType: z.union([z.string(), z.number()]).transform(String),
  senderStaffId: optionalId,
  senderCorpId: optional,
  chatbotCorpId: optional,
  chatbotUserId: optional,
  isInAtList: z.boolean().optional().catch(undefined),
  atUsers: z
    .array(z.object({ dingtalkId: optional }).catch({ dingtalkId: undefined }))
    .optional()
    .catch(undefined),
  errorCode: z.union([z.string(), z.number()]).transform(String).optional().catch(undefined),
  originalMsgId: optionalId,
  originalProcessQueryKey: optionalId,
  text: z
    .object({
      isReplyMsg: z.boolean().optional().catch(undefined),
      repliedMsg: z.object({ msgId: optionalId }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
type Message = z.infer<typeof messageSchema>;

/** The month's pushes are used up: what was said comes without its content. Source: 消息发送与接收类型; 服务端API 调用限流. */
const usedUp = '20001';

/** The enterprise that a robot's message comes from, as far as it says so. */
export const corpOfMessage = (payload: unknown): string | undefined =>
  corpSchema.safeParse(payload).data?.chatbotCorpId;
const corpSchema = z.object({ chatbotCorpId: z.string() });

/**
 * What somebody said to our robot. A rich text with pictures becomes several messages: the first keeps the message's id,
 * the others are `<id>#2`, `<id>#3`, …
 *
 * People of other enterprises have no `senderStaffId`, or one that means somebody else here: they are no members, and
 * what they say is nothing to us.
 *
 * @returns undefined when it lacks what every message has
 * Source: open.dingtalk.com, 消息发送与接收类型 → 机器人接收消息.
 */
export function readMessage(payload: unknown, now: number): Inbound[] | undefined {
  const message = messageSchema.safeParse(payload).data;
  if (!message) return undefined;
  const at = instantOf(message.createAt, now);
  const sender = message.senderStaffId;
  if (!sender || isForeign(message)) return [{ kind: 'other', id: message.msgId, name: topics.robot, at }];
  if (message.errorCode === usedUp) {
    return [{ kind: 'trouble', id: message.msgId, sender, at, trouble: 'quota' }];
  }
  const shared = { kind: 'message' as const, sender, at, chat: chatOf(message) };
  const quote = quoteOf(message);
  return contentOf(message.msgtype, payload).map((content, index): InboundMessage => {
    if (index > 0) return { ...shared, id: `${message.msgId}#${index + 1}`, ...content };
    return { ...shared, id: message.msgId, ...content, ...(quote && { quote }) };
  });
}

const isForeign = ({ senderCorpId, chatbotCorpId }: Message): boolean =>
  Boolean(senderCorpId && chatbotCorpId && senderCorpId !== chatbotCorpId);

/** A group's message comes only when we were mentioned in it; one that says otherwise is believed. */
function chatOf({ conversationId, conversationType, ...message }: Message): Chat {
  if (conversationType !== '2') return { id: conversationId, kind: 'direct', addressed: true };
  const us = message.chatbotUserId;
  const isAmong = message.atUsers?.some(({ dingtalkId }) => dingtalkId !== undefined && dingtalkId === us);
  return { id: conversationId, kind: 'group', addressed: isAmong === true || message.isInAtList !== false };
}

/**
 * Seen, not documented. A message of ours is quoted by the key it was sent under, which is how we know it; what people
 * wrote by its `msgId`.
 */
function quoteOf(message: Message): { id: string } | undefined {
  const { originalProcessQueryKey: key, originalMsgId, conversationType, conversationId, text } = message;
  if (key) return { id: messageIdIn(conversationType === '2' ? conversationId : undefined, key) };
  const quoted = originalMsgId ?? (text?.isReplyMsg === false ? undefined : text?.repliedMsg?.msgId);
  return quoted ? { id: quoted } : undefined;
}
