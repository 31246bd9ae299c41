import type { State } from '../state.js';
import { authorId, personId } from '../users.js';
import type { App, Message } from '../world.js';

/** A message as the message API gives it. Source: 发送消息, 获取指定消息的内容. */
export function presentMessage(
  message: Message,
  app: App,
  state: State,
  wholeCard = false,
): Record<string, unknown> {
  const bot = message.author.kind === 'bot';
  const person = state.people.get(message.author.id);
  return {
    message_id: message.id,
    ...(message.root ? { root_id: message.root } : {}),
    ...(message.parent ? { parent_id: message.parent } : {}),
    ...(message.thread ? { thread_id: message.thread } : {}),
    msg_type: message.type,
    create_time: String(message.at),
    update_time: String(message.updatedAt),
    deleted: message.recalled === true,
    updated: message.updatedAt > message.at,
    chat_id: message.chat,
    sender: {
      id: bot ? message.author.id : person ? personId(person, app, state) : '',
      id_type: bot ? 'app_id' : 'open_id',
      sender_type: bot ? 'app' : 'user',
      tenant_key: state.tenantKey,
    },
    body: { content: bodyOf(message, wholeCard) },
    ...(message.mentions.length > 0
      ? {
          mentions: message.mentions.map(({ key, who }) => ({
            key,
            id: authorId(who, app, state),
            id_type: 'open_id',
            name: state.nameOf(who),
            tenant_key: state.tenantKey,
          })),
        }
      : {}),
  };
}

function bodyOf(message: Message, wholeCard: boolean): string {
  if (message.recalled) return 'This message was recalled';
  if (message.type !== 'interactive' || wholeCard) return message.content;
  // What a card really becomes here is a lossy tree of its texts; only its loss matters.
  return JSON.stringify({
    title: '',
    elements: [[{ tag: 'text', text: '请升级至最新版本客户端，以查看内容' }]],
  });
}
