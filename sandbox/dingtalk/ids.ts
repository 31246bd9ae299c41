import { createHash } from 'node:crypto';

/** Ids in DingTalk's forms. The random ones come from `random`, 16 bytes of hex; the rest follow from what they name. */
export interface Ids {
  message(): string;
  processQueryKey(): string;
  media(): string;
  token(): string;
  session(): string;
  template(): string;
  uuid(): string;
  hex(): string;
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

const uuidOf = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');

export function makeIds(random: () => string): Ids {
  return {
    message: () => `msg${base64(random())}`,
    // With the characters of base64 that a query must escape, as the real ones have.
    processQueryKey: () => `${base64(random() + random().slice(0, 2))}+/=`,
    media: () => `@lADP${random()}`,
    token: random,
    session: random,
    template: () => `${uuidOf(random())}.schema`,
    uuid: () => uuidOf(random()),
    hex: random,
  };
}

const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');

export const userIdOf = (person: string) => BigInt(`0x${digest('user', person).slice(0, 14)}`).toString();
export const unionIdOf = (person: string) => `${base64(digest('union', person).slice(0, 24))}iEiE`;
export const openIdOf = (person: string) => digest('open', person).slice(0, 24);
/** The encrypted id in which robots see people and each other; no API turns it into another one. */
export const dingtalkIdOf = (kind: 'person' | 'bot', id: string) =>
  `$:LWCP_v1:$${base64(digest('lwcp', kind, id).slice(0, 30))}`;
export const agentIdOf = (appKey: string) => Number.parseInt(digest('agent', appKey).slice(0, 7), 16);
export const unifiedAppIdOf = (appKey: string) => uuidOf(digest('app', appKey));
export const p2pChatIdOf = (appKey: string, person: string) =>
  `cid${base64(digest('p2p', appKey, person).slice(0, 32))}`;
export const groupIdOf = (name: string) => `cid${base64(digest('group', name).slice(0, 32))}`;
export const defaultCorpId = 'ding2ed263bf32cf16514ac5d6980864d335';
