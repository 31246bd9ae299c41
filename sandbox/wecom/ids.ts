import { createHash } from 'node:crypto';

/** Ids in WeCom's forms. The random ones come from `random`, 16 bytes of hex; the rest follow from what they name. */
export interface Ids {
  /** What `message/send` gives and a recall takes. */
  message(): string;
  /** A MsgId of what a member said: 64 bits, and beyond what a JavaScript number holds. */
  incoming(): string;
  media(): string;
  token(): string;
  code(): string;
  chat(): string;
  delivery(): string;
  /** Decimal, as nonces and hints are. */
  nonce(): string;
  bytes(): Buffer;
  hex(): string;
}

export function makeIds(random: () => string): Ids {
  const word = (): string => Buffer.from(random() + random(), 'hex').toString('base64url');
  return {
    message: () => `${word()}${random().slice(0, 8)}`,
    incoming: () => String(4n * 10n ** 18n + (BigInt(`0x${random().slice(-14)}`) % 10n ** 18n)),
    media: () => `3${word()}`,
    token: () => `${word()}${word()}${word()}`,
    code: word,
    chat: () => random().slice(-32),
    delivery: random,
    nonce: () => String(BigInt(`0x${random().slice(-12)}`) % 10n ** 10n),
    bytes: () => Buffer.from(random(), 'hex'),
    hex: random,
  };
}

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex');

/** The one-to-one chat of an app or a bot with a person. */
export const p2pChatIdOf = (app: string, person: string): string =>
  `p2p_${digest('p2p', app, person).slice(0, 28)}`;
/** How third parties and AI bots know a member; always `wo…`. */
export const openUserIdOf = (corpId: string, person: string): string =>
  `wo${Buffer.from(digest('open', corpId, person), 'hex')
    .toString('base64url')
    .slice(0, 30)}`;
/** How a group's webhook is named without giving its key away. */
export const webhookIdOf = (key: string): string => `webhook_${digest('webhook', key).slice(0, 12)}`;
/** How somebody who is no member is known to the enterprise. */
export const openIdOf = (corpId: string, person: string): string =>
  `o${digest('openid', corpId, person).slice(0, 27)}`;
