import type { Check } from '../../core/ports/bot.js';
import type { OpenAccount } from '../../core/ports/connector.js';
import { guardedRequest, RequestFailed } from '../request.js';
import type { ApiAccount } from './account.js';

/** Whether the other side can be reached at all: any answer will do, since a request without a message means nothing there. */
export async function check({ settings }: OpenAccount<ApiAccount>): Promise<Check> {
  const { callbackUrl, timeoutMs, privateHosts } = settings;
  if (callbackUrl === undefined)
    return { ok: false, problems: ['callbackUrl is not set, so nothing can be sent to customers'] };
  try {
    await guardedRequest({
      ...{ method: 'GET', url: callbackUrl, headers: {}, body: '', timeoutMs, privateHosts },
      maxBytes: 64 * 1_024,
    });
    return { ok: true, problems: [] };
  } catch (error) {
    const why = error instanceof RequestFailed ? error.message : 'it could not be asked';
    return { ok: false, problems: [`callbackUrl does not answer: ${why}`] };
  }
}
