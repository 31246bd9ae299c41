import { z } from 'zod';
import type { ChannelRequest } from '../../core/ports/connector.js';
import { json, mayBeJson, type Response } from '../../core/ports/delivery.js';
import { storable } from '../../core/text/storable.js';
import { factsEvent, systemFactsSchema } from '../facts.js';
import { doubt } from '../signature.js';
import { failure, type Parts, type WebOpenAccount } from './parts.js';
import { parseJson } from './read.js';
import { userVisitor } from './token.js';

const bodySchema = systemFactsSchema.extend({
  /** As in `data-user-id`. */
  userId: z
    .string()
    .min(1)
    .max(128)
    .refine((id) => storable(id) === id, 'holds control characters'),
});

/**
 * The site's own server says who one of its users is and what they ordered, before or after they write. Signed over time and
 * body with the account's `identitySecret`, like the generic channel's calls.
 */
export async function identify(
  request: ChannelRequest,
  account: WebOpenAccount,
  { host }: Parts,
): Promise<Response> {
  const { identitySecret } = account.settings;
  if (identitySecret === undefined)
    return failure(401, { code: 'identity', message: 'the account has no identitySecret' });
  const now = host.clock.now();
  const wrong = doubt(request.headers, request.body, identitySecret, now);
  if (wrong) return failure(401, { code: 'identity', message: wrong });
  if (!mayBeJson(request))
    return failure(415, { code: 'bad_request', message: 'the body has to be application/json' });
  const { success, data, error } = bodySchema.safeParse(parseJson(request.body));
  if (!success) return failure(400, { code: 'bad_request', message: z.prettifyError(error) });
  const call = {
    body: request.body,
    timestamp: request.headers['x-cs-timestamp'] ?? '',
    key: request.headers['x-cs-idempotency-key'],
  };
  await host.receive(account, [factsEvent(userVisitor(data.userId), data, call, now)]);
  return json(202, { accepted: true });
}
