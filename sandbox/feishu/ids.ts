import { createHash } from 'node:crypto';

/** Ids in Feishu's forms. The random ones come from `random`, 16 bytes of hex; the rest follow from what they name. */
export interface Ids {
  message(): string;
  thread(): string;
  image(): string;
  file(): string;
  event(): string;
  reaction(): string;
  chat(): string;
  tenantToken(): string;
  appToken(): string;
  cardToken(): string;
  loginCode(): string;
  userToken(): string;
  hex(): string;
}

export function makeIds(random: () => string): Ids {
  return {
    message: () => `om_${random()}`,
    thread: () => `omt_${random().slice(0, 16)}`,
    image: () => `img_v3_${random()}`,
    file: () => `file_v3_${random()}`,
    event: random,
    reaction: () => `ZCaCIjUBVVWSrm5L${random()}`,
    chat: () => `oc_${random()}`,
    tenantToken: () => `t-${random()}${random().slice(0, 8)}`,
    appToken: () => `a-${random()}${random().slice(0, 8)}`,
    cardToken: () => `c-${random()}${random().slice(0, 8)}`,
    loginCode: () => `${random()}${random()}`,
    // Feishu's are 1 to 2 KB long, which a column or a header has to have room for.
    userToken: () => `eyJhbGciOiJFUzI1NiIs${Array.from({ length: 40 }, random).join('')}`,
    hex: random,
  };
}

const digest = (...parts: string[]) =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);

export const openIdOf = (app: string, person: string) => `ou_${digest('open', app, person)}`;
export const botOpenIdOf = (app: string) => `ou_${digest('bot', app)}`;
export const unionIdOf = (person: string) => `on_${digest('union', person)}`;
export const userIdOf = (person: string) => digest('user', person).slice(0, 8);
export const p2pChatIdOf = (app: string, person: string) => `oc_${digest('p2p', app, person)}`;
