import type { z } from 'zod';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { OfficialAccount } from './account.js';
import { type Answer, answerTo, ask, type Call } from './calls.js';
import { isTokenCode } from './errors.js';
import { tokens } from './token.js';

export interface OfficialClient {
  /** The answer, in the shape asked for. @throws {SendError} */
  call<T>(call: Call, answer: z.ZodType<T>): Promise<T>;
  /** The answer as it came. @throws {SendError} */
  fetch(call: Call, maxBytes: number): Promise<Answer>;
}

/** Calls WeChat's API as one account. A refused token is replaced and the call made once more, once. */
export function officialClient(account: OpenAccount<OfficialAccount>, host: ChannelHost): OfficialClient {
  const { settings } = account;
  const held = tokens(settings, host.shared(account), host.clock);

  async function authorised<T>(call: Call, make: (call: Call) => Promise<T>): Promise<T> {
    const withToken = (token: string): Call => ({ ...call, query: { access_token: token, ...call.query } });
    const token = await held.current();
    try {
      return await make(withToken(token));
    } catch (error) {
      if (!(error instanceof SendError) || !isTokenCode(error.code)) throw error;
      await held.forget(token);
      return make(withToken(await held.current()));
    }
  }

  return {
    call: (call, answer) => authorised(call, (complete) => ask(settings.baseUrl, complete, answer)),
    fetch: (call, maxBytes) => authorised(call, (complete) => answerTo(settings.baseUrl, complete, maxBytes)),
  };
}
