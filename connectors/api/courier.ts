import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { type Courier, type Outgoing, SendError } from '../../core/ports/courier.js';
import { guardedRequest, RequestFailed } from '../request.js';
import { signature } from '../signature.js';
import type { ApiAccount } from './account.js';
import { fateOf, unreached } from './fate.js';
import { fetchMedia } from './media.js';

const keyLifeMs = 24 * 3_600_000;

/**
 * Sends to the address in the account's settings, and to no other. The other side has to treat a second request with the
 * same `X-CS-Idempotency-Key` as the first for 24 hours.
 */
export function apiCourier({ settings }: OpenAccount<ApiAccount>, { clock }: ChannelHost): Courier {
  return {
    certainty: () => ({ kind: 'keyed', lifeMs: keyLifeMs }),
    limits: () => [{ scope: 'callback', everyMs: 50, burst: 20 }],
    async send(out, key) {
      const body = JSON.stringify(bodyOf(out, key));
      const timestamp = String(Math.floor(clock.now() / 1000));
      await post(settings, body, {
        'content-type': 'application/json; charset=utf-8',
        'x-cs-timestamp': timestamp,
        'x-cs-signature': signature(settings.secret, timestamp, body),
        'x-cs-idempotency-key': key,
      });
      return { messageId: 'messageId' in out ? out.messageId : key };
    },
    fetchMedia: (_messageId, handle) => fetchMedia(handle, settings),
  };
}

/** The same bytes for every attempt: nothing here depends on when it is sent. */
function bodyOf(out: Outgoing, key: string): Record<string, unknown> {
  if (out.kind === 'redraw') {
    throw new SendError('refused', 'unsupported', 'a message of this channel cannot be changed', {
      fallback: true,
    });
  }
  if (out.kind === 'recall') return { type: 'recall', direction: 'out', messageId: out.messageId };
  if (out.kind === 'edit')
    return { type: 'edit', direction: 'out', messageId: out.messageId, text: out.text };
  const head = { type: 'message', direction: 'out', messageId: key, conversationId: addressee(out) };
  if (out.kind === 'card') return { ...head, text: out.card.plain };
  const quote = out.quote ? { messageId: out.quote } : undefined;
  if (out.kind === 'media') {
    const { type, url, name, mime } = out.media;
    return { ...head, quote, attachments: [{ type, url, name, mime }] };
  }
  const choices = out.choices?.map(({ label, say }) => ({ label, payload: say }));
  return { ...head, quote, text: out.text, choices };
}

function addressee({ to }: { to: Extract<Outgoing, { to: unknown }>['to'] }): string {
  if (to.kind === 'direct') return to.person;
  throw new SendError('refused', 'unsupported', 'this channel has no group chats');
}

async function post(settings: ApiAccount, body: string, headers: Record<string, string>): Promise<void> {
  const { callbackUrl, timeoutMs, privateHosts } = settings;
  if (!callbackUrl)
    throw new SendError('refused', 'no_callback', 'the account has no callbackUrl to send to');
  const answer = await guardedRequest({
    method: 'POST',
    url: callbackUrl,
    headers,
    body,
    timeoutMs,
    privateHosts,
    maxBytes: 64 * 1024,
  }).catch((error: unknown) => {
    throw error instanceof RequestFailed ? unreached(error) : error;
  });
  const wrong = fateOf(answer);
  if (wrong) throw wrong;
}
