import { z } from 'zod';
import type { BotParts, SharedValues } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { ask } from '../wecom-calls.js';
import { isSecretCode } from '../wecom-errors.js';
import type { WecomCredentials } from './credentials.js';

/** An app's access token, kept in common with other processes. */
export interface Tokens {
  current(): Promise<string>;
  /** Forgets a token that was refused, unless somebody has replaced it already. */
  forget(refused: string): Promise<void>;
}

const tokenAnswer = z.object({ access_token: z.string().min(1).max(512), expires_in: z.number().positive() });

/** What this process has under way, or was refused. */
interface Held {
  fetching?: Promise<string>;
  refusal?: { error: SendError; until: number };
}
const held = new WeakMap<SharedValues, Map<string, Held>>();

const earlyMs = 5 * 60_000;

/**
 * A secret that was refused is not tried again for a minute: who goes on asking with a wrong one is shut out by its address
 * for an hour, and with it every other app that this machine speaks for.
 */
const refusedMs = 60_000;

/**
 * One token per app lasts two hours and may be ended before; asked for again, WeCom gives the same one while it lives, so a
 * fresh one is fetched shortly before the end, and when one is refused.
 * Source: developer.work.weixin.qq.com, 获取access_token (path/91039).
 */
export function tokens(
  { corpId, agentId, secret }: WecomCredentials,
  { shared, clock, baseUrl }: BotParts,
): Tokens {
  const key = `wecom-token:${baseUrl}:${corpId}:${agentId}`;
  const inProcess = held.get(shared) ?? new Map<string, Held>();
  held.set(shared, inProcess);
  const state = inProcess.get(key) ?? {};
  inProcess.set(key, state);

  async function fetchOne(): Promise<string> {
    if (state.refusal && clock.now() < state.refusal.until) throw state.refusal.error;
    const query = { corpid: corpId, corpsecret: secret };
    const call = { method: 'GET', path: '/cgi-bin/gettoken', query, harmless: true } as const;
    const askedAt = clock.now();
    try {
      const { access_token: token, expires_in: seconds } = await ask(baseUrl, call, tokenAnswer);
      const lifeMs = seconds * 1000;
      await shared.set(key, token, askedAt + Math.max(lifeMs - earlyMs, lifeMs / 2));
      return token;
    } catch (error) {
      if (error instanceof SendError && isSecretCode(Number(error.code)))
        state.refusal = { error, until: askedAt + refusedMs };
      throw error;
    }
  }

  return {
    async current() {
      const known = await shared.lastSeen(key);
      if (known !== undefined) return known;
      state.fetching ??= fetchOne().finally(() => {
        state.fetching = undefined;
      });
      return state.fetching;
    },
    async forget(refused) {
      if ((await shared.get(key)) === refused) await shared.delete(key);
    },
  };
}
