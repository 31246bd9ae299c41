import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import type { SharedValues } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { OfficialAccount } from './account.js';
import { ask } from './calls.js';
import { isSecretCode } from './errors.js';

/** An account's access token, kept in common with other processes. */
export interface Tokens {
  current(): Promise<string>;
  /** Forgets a token that was refused, unless somebody has replaced it already. */
  forget(refused: string): Promise<void>;
}

const tokenAnswer = z.object({
  access_token: z.string().min(1).max(1024),
  expires_in: z.number().positive(),
});

const key = 'access-token';
const earlyMs = 5 * 60_000;
/** A secret that was refused is not tried again for a minute. */
const refusedMs = 60_000;

/**
 * The stable token: asked for again it is the same one, so that whoever else uses the account is not cut off, and a fresh
 * one only in its last five minutes. One that was refused is not forced to change: that is allowed twenty times a day, and
 * WeChat gives another by itself where the old one is really dead.
 * Source: developers.weixin.qq.com, 获取稳定版接口调用凭据.
 */
export function tokens(
  { appId, appSecret, baseUrl }: OfficialAccount,
  shared: SharedValues,
  clock: Clock,
): Tokens {
  let fetching: Promise<string> | undefined;
  let refusal: { error: SendError; until: number } | undefined;

  async function fetchOne(): Promise<string> {
    if (refusal && clock.now() < refusal.until) throw refusal.error;
    const body = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: false };
    const askedAt = clock.now();
    try {
      const call = { method: 'POST', path: '/cgi-bin/stable_token', body, harmless: true } as const;
      const { access_token: token, expires_in: seconds } = await ask(baseUrl, call, tokenAnswer);
      const lifeMs = seconds * 1000;
      await shared.set(key, token, askedAt + Math.max(lifeMs - earlyMs, lifeMs / 2));
      return token;
    } catch (error) {
      if (error instanceof SendError && isSecretCode(error.code))
        refusal = { error, until: askedAt + refusedMs };
      throw error;
    }
  }

  return {
    async current() {
      const known = await shared.lastSeen(key);
      if (known !== undefined) return known;
      fetching ??= fetchOne().finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    async forget(refused) {
      if ((await shared.get(key)) === refused) await shared.delete(key);
    },
  };
}
