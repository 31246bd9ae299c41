import type { Tenant } from '../tenant.js';
import type { Author, Chat, Mention, Message } from '../world.js';

export interface Draft {
  chat: Chat;
  author: Author;
  type: string;
  content: string;
  mentions: Mention[];
  /** The message answered or quoted. */
  parent?: Message;
  /** The root of the topic it goes into; `new` starts a topic. */
  topic?: Message | 'new';
}

/**
 * Puts a message into a chat. In a topic `parent` is the root unless a message is quoted; outside, a quote's root is the
 * first message of its chain. A root that is answered in a thread for the first time becomes a topic.
 */
export function post(tenant: Tenant, draft: Draft): Message {
  const { state, clock, ids } = tenant;
  const at = clock.now();
  const message: Message = {
    id: ids.message(),
    seq: state.nextSeq(),
    chat: draft.chat.id,
    at,
    updatedAt: at,
    author: draft.author,
    type: draft.type,
    content: draft.content,
    mentions: draft.mentions,
    edits: 0,
  };
  if (draft.topic === 'new') message.thread = ids.thread();
  else if (draft.topic) enterTopic(tenant, message, draft.topic, draft.parent);
  else if (draft.parent) {
    message.root = draft.parent.root ?? draft.parent.id;
    message.parent = draft.parent.id;
  }
  state.save(message);
  tenant.stream.tell(
    {
      type: 'message',
      chat: message.chat,
      message: message.id,
      ...(message.thread ? { threadId: message.thread } : {}),
    },
    draft.chat.people,
  );
  return message;
}

function enterTopic(tenant: Tenant, message: Message, root: Message, quoted: Message | undefined): void {
  if (!root.thread) {
    root.thread = tenant.ids.thread();
    tenant.state.save(root);
    tellUpdate(tenant, root);
  }
  message.root = root.id;
  message.parent = quoted?.id ?? root.id;
  message.thread = root.thread;
}

/** Says to the people of the chat that a message looks different now. */
export function tellUpdate(tenant: Tenant, message: Message, type: 'update' | 'recall' = 'update'): void {
  const chat = tenant.state.chats.get(message.chat);
  tenant.stream.tell({ type, chat: message.chat, message: message.id }, chat?.people ?? []);
}

/** The first message of the topic a message belongs to. */
export function topicRoot(tenant: Tenant, message: Message): Message | undefined {
  if (!message.thread) return undefined;
  return message.root ? tenant.state.message(message.root) : message;
}
