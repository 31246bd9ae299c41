import { SendError } from '../../core/ports/courier.js';

/**
 * What we call our own messages. A text or a file goes by the key DingTalk gave for it, in a group with the group behind
 * an `@`, because it is taken back there only by both; a card by the id we gave it.
 */
export const messageIdIn = (chat: string | undefined, key: string): string =>
  chat === undefined ? key : `${key}@${chat}`;

const cardPrefix = 'imdesk-';

/** The same for every attempt of one send, so that a repeat finds the card there. */
export const cardIdOf = (key: string): string => `${cardPrefix}${key}`;

export interface Sent {
  key: string;
  chat?: string;
}

/** @throws {SendError} for a card: there is no documented way to take one back */
export function sentAs(messageId: string): Sent {
  if (messageId.startsWith(cardPrefix)) {
    throw new SendError('refused', 'card-recall', 'DingTalk takes back no cards');
  }
  const at = messageId.indexOf('@');
  return at < 0 ? { key: messageId } : { key: messageId.slice(0, at), chat: messageId.slice(at + 1) };
}
