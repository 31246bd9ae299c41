import type { z } from 'zod';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { KfAccount } from './account.js';
import { ask, type Call, download } from './calls.js';
import { isTokenCode } from './errors.js';
import { tokensOf } from './token.js';

/** Calls WeCom's API as the account's app. @throws {SendError} */
export interface KfClient {
  call<T>(call: Call, answer: z.ZodType<T>): Promise<T>;
  download(call: Call, maxBytes: number): Promise<{ bytes: Buffer; name?: string }>;
}

/** A refused token is replaced and the call made once more, once. */
export function kfClient(account: OpenAccount<KfAccount>, host: ChannelHost): KfClient {
  const { baseUrl } = account.settings;
  const tokens = tokensOf(account, host);

  async function authorised<T>(call: Call, make: (call: Call) => Promise<T>): Promise<T> {
    const token = await tokens.current();
    const withToken = (value: string): Call => ({ ...call, query: { ...call.query, access_token: value } });
    try {
      return await make(withToken(token));
    } catch (error) {
      if (!(error instanceof SendError) || !isTokenCode(Number(error.code))) throw error;
      await tokens.forget(token);
      return make(withToken(await tokens.current()));
    }
  }

  return {
    call: (call, answer) => authorised(call, (complete) => ask(baseUrl, complete, answer)),
    download: (call, maxBytes) => authorised(call, (complete) => download(baseUrl, complete, maxBytes)),
  };
}
