import { z } from 'zod';
import type { SharedValues } from '../../core/ports/bot.js';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { KfAccount } from './account.js';
import { ask } from './calls.js';
import { isSecretCode } from './errors.js';

interface Tokens {
  current(): Promise<string>;
  /** Forgets a token that was refused, unless somebody has replaced it already. */
  forget(refused: string): Promise<void>;
}

const answer = z.object({ access_token: z.string().min(1).max(512), expires_in: z.number().positive() });
const earlyMs = 5 * 60_000;
/** A secret that was refused is not tried again for a minute: who guesses is shut out by address for an hour. */
const refusedMs = 60_000;
const key = 'kf-token';

/** What this process has under way for an account, or was refused. */
interface Held {
  fetching?: Promise<string> | undefined;
  refusal?: { error: SendError; until: number };
}
const held = new Map<string, Held>();

/** The app's access token lasts two hours and is kept in common with other processes. Source: path/91039. */
export function tokensOf(account: OpenAccount<KfAccount>, host: ChannelHost): Tokens {
  const { corpId, secret, baseUrl } = account.settings;
  const { clock } = host;
  const shared: SharedValues = host.shared(account);
  const place = `${baseUrl} ${account.tenantId} ${account.id}`;
  const state = held.get(place) ?? {};
  held.set(place, state);

  async function fetchOne(): Promise<string> {
    if (state.refusal && clock.now() < state.refusal.until) throw state.refusal.error;
    const query = { corpid: corpId, corpsecret: secret };
    const askedAt = clock.now();
    try {
      const call = { method: 'GET', path: 'gettoken', query, harmless: true } as const;
      const { access_token: token, expires_in: seconds } = await ask(baseUrl, call, answer);
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
