import type { Tenant } from '../tenant.js';
import type { Chat, Message } from '../world.js';

export type Draft = Pick<Message, 'author' | 'type' | 'content'> &
  Partial<Pick<Message, 'mentions' | 'quote' | 'processQueryKey' | 'card' | 'recipients'>>;

/** Puts a message into a chat, and tells those who see it. */
export function post(tenant: Tenant, chat: Chat, draft: Draft): Message {
  const { state, clock, ids } = tenant;
  const message: Message = {
    mentions: [],
    ...draft,
    ...{ id: ids.message(), seq: state.nextSeq(), chat: chat.id, at: clock.now() },
  };
  state.save(message);
  tell(tenant, message, 'message');
  return message;
}

/** Says to those who see it that a message is new, looks different, or is gone. */
export function tell(tenant: Tenant, message: Message, type: 'message' | 'update' | 'recall'): void {
  tenant.stream.tell({ type, chat: message.chat, message: message.id }, audienceOf(tenant, message));
}

const audienceOf = ({ state }: Tenant, message: Message): readonly string[] =>
  message.recipients ?? state.chats.get(message.chat)?.people ?? [];
