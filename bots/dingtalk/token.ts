import { z } from 'zod';
import type { BotParts, SharedValues } from '../../core/ports/bot.js';
import type { DingtalkCredentials } from './credentials.js';

/** An app's access token, kept in common with other processes. */
export interface Tokens {
  current(): Promise<string>;
  /** Forgets a token that was refused, unless somebody has replaced it already. */
  forget(refused: string): Promise<void>;
}

export const tokenAnswer = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });

/** Tokens being fetched in this process, so that a hundred sends ask for one. */
const fetching = new WeakMap<SharedValues, Map<string, Promise<string>>>();

const earlyMs = 10 * 60_000;

/**
 * Refreshes 10 minutes before a token's end. Asking again within its two hours gives the same token, renewed, so there is no
 * moment at which calls in flight hold a dead one. Several apps must not share; asking often is throttled.
 * Source: open.dingtalk.com, 获取企业内部应用的 accessToken.
 */
export function tokens(
  { clientId }: DingtalkCredentials,
  { shared, clock, baseUrl }: BotParts,
  ask: () => Promise<z.infer<typeof tokenAnswer>>,
): Tokens {
  const key = `dingtalk-token:${baseUrl}:${clientId}`;
  const waiting = fetching.get(shared) ?? new Map<string, Promise<string>>();
  fetching.set(shared, waiting);

  const fetchOne = async (): Promise<string> => {
    const askedAt = clock.now();
    const { accessToken, expireIn } = await ask();
    const lifeMs = expireIn * 1000;
    await shared.set(key, accessToken, askedAt + Math.max(lifeMs - earlyMs, lifeMs / 2));
    return accessToken;
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
