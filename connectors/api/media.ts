import { SendError } from '../../core/ports/courier.js';
import { type GuardedResponse, guardedRequest, RequestFailed } from '../request.js';
import type { ApiAccount } from './account.js';
import { fetchable } from './events.js';
import { unreached } from './fate.js';

const redirectsMax = 3;

/** The bytes of an attachment: those sent inline, or fetched from a host the account lists. @throws {SendError} */
export async function fetchMedia(handle: string, account: ApiAccount): Promise<{ bytes: Buffer }> {
  const inline = /^data:[^,]*;base64,(.*)$/s.exec(handle)?.[1];
  if (inline !== undefined) return { bytes: Buffer.from(inline, 'base64') };
  let address = handle;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    // A redirect is believed no more than the first address: its host has to be listed too, and is checked again.
    if (!fetchable(address, account)) {
      throw new SendError('refused', 'address', 'the file is at a host that is not in mediaHosts');
    }
    const answer = await get(address, account);
    if (answer.status === 200) return { bytes: answer.body };
    const next = answer.headers.location;
    if (answer.status < 300 || answer.status >= 400 || !next || !URL.canParse(next, address))
      throw notGiven(answer);
    address = new URL(next, address).href;
  }
  throw new SendError('refused', 'redirects', `the file was redirected more than ${redirectsMax} times`);
}

async function get(
  url: string,
  { privateHosts, mediaMaxBytes, timeoutMs }: ApiAccount,
): Promise<GuardedResponse> {
  const asked = { method: 'GET', url, privateHosts, maxBytes: mediaMaxBytes, timeoutMs } as const;
  return guardedRequest(asked).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    throw error.why === 'tooLarge' ? new SendError('refused', 'too_large', error.message) : unreached(error);
  });
}

/** Fetching again does no harm, so whatever may pass is worth another try. */
function notGiven({ status }: GuardedResponse): SendError {
  const fate = status >= 500 || status === 429 || status === 408 ? 'later' : 'refused';
  return new SendError(fate, `http_${status}`, `the file's host answered ${status}`);
}
