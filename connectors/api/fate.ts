import { SendError } from '../../core/ports/courier.js';
import type { GuardedResponse, RequestFailed } from '../request.js';

/** What the answer to a callback means for the send; nothing when it was accepted. */
export function fateOf({ status, headers }: GuardedResponse): SendError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const retryAfterMs = secondsIn(headers['retry-after']);
  const say = `the callback answered ${status}`;
  if (status === 410) return new SendError('refused', 'gone', `${say}: it takes no more messages`);
  if (status === 429 || status === 425) return new SendError('later', 'limited', say, { retryAfterMs });
  if (status === 408 || status === 409)
    return new SendError('unknown', `http_${status}`, say, { retryAfterMs });
  if (status >= 500) return new SendError('unknown', `http_${status}`, say, { retryAfterMs });
  return new SendError('refused', `http_${status}`, say);
}

/** What it means that no whole answer came. */
export function unreached(error: RequestFailed): SendError {
  switch (error.why) {
    case 'forbidden':
      return new SendError('refused', 'address', error.message);
    case 'unreached':
      return new SendError('later', 'unreached', error.message);
    case 'tooLarge':
    case 'broken':
      return new SendError('unknown', error.why, error.message);
  }
}

/** `Retry-After` in its form of seconds, at most an hour. */
function secondsIn(header: string | undefined): number | undefined {
  return header && /^\d{1,9}$/.test(header) ? Math.min(Number(header), 3600) * 1000 : undefined;
}
