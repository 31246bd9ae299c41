import { z } from 'zod';
import type { BotParts, SharedValues } from '../../core/ports/bot.js';
import type { FeishuCredentials } from './credentials.js';

/** An app's tenant access token, kept in common with other processes. */
export interface Tokens {
  current(): Promise<string>;
  /** Forgets a token that was refused, unless somebody has replaced it already. */
  forget(refused: string): Promise<void>;
}

export const tokenAnswer = z.object({
  tenant_access_token: z.string().min(1),
  expire: z.number().positive(),
});

/** Tokens being fetched in this process, so that a hundred sends ask for one. */
const fetching = new WeakMap<SharedValues, Map<string, Promise<string>>>();

const earlyMs = 10 * 60_000;

/**
 * Refreshes 10 minutes before a token's end: within its last 30 minutes Feishu hands out a new one while the old stays
 * valid, so there is no moment at which calls in flight hold a dead token.
 * Source: open.feishu.cn, 自建应用获取 tenant_access_token.
 */
export function tokens(
  { appId }: FeishuCredentials,
  { shared, clock, baseUrl }: BotParts,
  ask: () => Promise<z.infer<typeof tokenAnswer>>,
): Tokens {
  const key = `feishu-token:${baseUrl}:${appId}`;
  const waiting = fetching.get(shared) ?? new Map<string, Promise<string>>();
  fetching.set(shared, waiting);

  const fetchOne = async (): Promise<string> => {
    const askedAt = clock.now();
    const { tenant_access_token: token, expire } = await ask();
    const lifeMs = expire * 1000;
    await shared.set(key, token, askedAt + Math.max(lifeMs - earlyMs, lifeMs / 2));
    return token;
  };

  return {
    async current() {
      const known = await shared.lastSeen(key);
      if (known !== undefined) return known;
      const pending = waiting.get(key) ?? fetchOne().finally(() => waiting.delete(key));
      waiting.set(key, pending);
      return pending;
    },
    async forget(refused) {
      if ((await shared.get(key)) === refused) await shared.delete(key);
    },
  };
}
