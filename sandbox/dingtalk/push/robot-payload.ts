import type { Clock } from '../../kernel/clock.js';
import { isRecord } from '../../kernel/shape.js';
import { dingtalkIdOf, type Ids } from '../ids.js';
import type { State } from '../state.js';
import type { App, Chat, Message, Person } from '../world.js';

/** A chat's address for answers lives this long: what two real messages had. */
const SESSION_LIFE_MS = 90 * 60 * 1000;

interface Parts {
  state: State;
  clock: Clock;
  ids: Ids;
  base: () => string;
}

/** What a robot is sent of a person's message. Source: robot-message-type; quotes as observed by live bots. */
export function robotPayload(
  parts: Parts,
  said: { message: Message; chat: Chat; app: App; person: Person; withinQuota: boolean },
): Record<string, unknown> {
  const { message, chat, app, person } = said;
  const { corpId } = parts.state;
  const isGroup = chat.kind === 'group';
  return {
    conversationId: chat.id,
    conversationType: isGroup ? '2' : '1',
    ...(isGroup ? { conversationTitle: chat.name, isInAtList: true } : { openThreadId: chat.id }),
    atUsers: isGroup ? atUsers(parts.state, message) : [],
    chatbotCorpId: corpId,
    chatbotUserId: dingtalkIdOf('bot', app.appKey),
    msgId: message.id,
    senderNick: person.name,
    senderId: dingtalkIdOf('person', person.id),
    ...(person.external ? { senderStaffId: '' } : { senderStaffId: person.userId }),
    senderCorpId: person.external ? '' : corpId,
    senderPlatform: 'Win',
    isAdmin: false,
    createAt: message.at,
    robotCode: app.robotCode,
    ...session(parts, app, chat),
    msgtype: message.type,
    ...(said.withinQuota ? whatWasSaid(parts, message, app) : overQuota),
  };
}

/** Source: robot-message-type, 错误码. */
const overQuota = {
  errorCode: 20001,
  errorMessage: '受调用量超量影响，当前我的消息服务已经暂停。请联系你所在的组织管理员并予以处理',
};

function session({ state, clock, ids, base }: Parts, app: App, chat: Chat) {
  const id = ids.session();
  const expiresAt = clock.now() + SESSION_LIFE_MS;
  state.sessions.put(id, { id, app: app.appKey, chat: chat.id, expiresAt });
  return {
    sessionWebhook: `${base()}/robot/sendBySession?session=${id}`,
    sessionWebhookExpiredTime: expiresAt,
  };
}

function atUsers(state: State, { mentions }: Message): Record<string, unknown>[] {
  return mentions.map((id) => {
    if (state.apps.get(id)) return { dingtalkId: dingtalkIdOf('bot', id) };
    const person = state.people.get(id);
    return {
      dingtalkId: dingtalkIdOf('person', id),
      ...(person && !person.external ? { staffId: person.userId } : {}),
    };
  });
}

function whatWasSaid(parts: Parts, message: Message, app: App): Record<string, unknown> {
  const content = withDownloads(parts, message.content, app);
  const quoted = message.quote ? parts.state.message(message.quote) : undefined;
  if (message.type !== 'text') return { content };
  const text = { content: String(content.content ?? '') };
  if (!quoted) return { text };
  return {
    text: { ...text, isReplyMsg: true, repliedMsg: repliedMsg(parts, quoted, app) },
    originalMsgId: quoted.id,
    ...(quoted.processQueryKey ? { originalProcessQueryKey: quoted.processQueryKey } : {}),
  };
}

function repliedMsg(parts: Parts, quoted: Message, app: App): Record<string, unknown> {
  const isCard = quoted.type === 'interactiveCard';
  const content = withDownloads(parts, quoted.content, app);
  const said = quoted.type === 'text' ? { text: content.content } : isCard ? {} : content;
  const sender = dingtalkIdOf(quoted.author.kind, quoted.author.id);
  return { msgType: quoted.type, msgId: quoted.id, senderId: sender, createdAt: quoted.at, content: said };
}

/** Replaces the key of each file by a download code of its own, here and within a rich text. */
function withDownloads(parts: Parts, content: Record<string, unknown>, app: App): Record<string, unknown> {
  const { resource, ...rest } = content;
  const richText = Array.isArray(content.richText)
    ? { richText: content.richText.filter(isRecord).map((part) => withDownloads(parts, part, app)) }
    : {};
  if (typeof resource !== 'string') return { ...rest, ...richText };
  const downloadCode = parts.ids.hex() + parts.ids.hex();
  parts.state.downloads.put(downloadCode, { resource, app: app.appKey, at: parts.clock.now() });
  return { ...rest, ...richText, downloadCode };
}
