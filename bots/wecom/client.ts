import type { z } from 'zod';
import type { BotParts } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { ask, type Call, download } from '../wecom-calls.js';
import { isTokenCode } from '../wecom-errors.js';
import type { WecomCredentials } from './credentials.js';
import { tokens } from './token.js';

export interface WecomClient {
  /** The answer, in the shape asked for. @throws {SendError} */
  call<T>(call: Call, answer: z.ZodType<T>): Promise<T>;
  /** The bytes of a file, and its name where one was given. @throws {SendError} */
  download(call: Call, maxBytes: number): Promise<{ bytes: Buffer; name?: string }>;
}

/** Calls WeCom's API as one app. A refused token is replaced and the call made once more, once. */
export function wecomClient(credentials: WecomCredentials, parts: BotParts): WecomClient {
  const held = tokens(credentials, parts);

  async function authorised<T>(call: Call, make: (call: Call) => Promise<T>): Promise<T> {
    const withToken = (token: string): Call => ({ ...call, query: { ...call.query, access_token: token } });
    const token = await held.current();
    try {
      return await make(withToken(token));
    } catch (error) {
      if (!(error instanceof SendError) || !isTokenCode(Number(error.code))) throw error;
      await held.forget(token);
      return make(withToken(await held.current()));
    }
  }

  return {
    call: (call, answer) => authorised(call, (complete) => ask(parts.baseUrl, complete, answer)),
    download: (call, maxBytes) => authorised(call, (complete) => download(parts.baseUrl, complete, maxBytes)),
  };
}
