import { z } from 'zod';
import type { ChannelRequest } from '../../core/ports/connector.js';
import { json, mayBeJson, type Response } from '../../core/ports/delivery.js';
import { storable } from '../../core/text/storable.js';
import { type ChatError, type ChatSession, textMax, uploadMaxBytes } from './chat/wire.js';
import { claimsOf } from './jwt.js';
import { failure, highest, overload, type Parts, pageOf, standingOf, type WebOpenAccount } from './parts.js';
import { parseJson } from './read.js';
import { provesIdentity, userVisitor, type Visitor, visitorOf, visitorToken } from './token.js';

const anonymousLifeMs = 400 * 86_400_000;
const identifiedLifeMs = 12 * 3_600_000;
const historyPage = 40;

const name = z
  .string()
  .transform((text) => storable(text).replaceAll('\n', ' ').trim().slice(0, 60) || undefined)
  .optional();
const bodySchema = z.object({
  visitorToken: z.string().max(4000).optional(),
  identity: z
    .object({
      userId: z.string().min(1).max(128).optional(),
      name,
      signature: z.string().max(200).optional(),
      /** In place of the others: a JWT that says it all. */
      jwt: z.string().max(8000).optional(),
    })
    .optional(),
  locale: z
    .string()
    .regex(/^[A-Za-z0-9-]{2,20}$/)
    .optional()
    .catch(undefined),
});

/** Begins or continues a visit: who it is, what was said before, how things stand, and how the widget should look. */
export async function openSession(
  request: ChannelRequest,
  account: WebOpenAccount,
  parts: Parts,
): Promise<Response> {
  const flood = overload(parts, account, request.ip, 'sessions');
  if (flood) return failure(429, flood);
  if (!mayBeJson(request)) {
    return failure(415, { code: 'bad_request', message: 'the body has to be application/json' });
  }
  const { success, data, error } = bodySchema.safeParse(parseJson(request.body));
  if (!success) return failure(400, { code: 'bad_request', message: z.prettifyError(error) });
  const visitor = visitorFor(data, account, parts);
  if ('code' in visitor) return failure(401, visitor);
  return json(200, await sessionOf(visitor, account, parts));
}

/**
 * A proven user is the same customer wherever they log in. Anybody else is whoever their token says, or new: a token of a
 * proven user counts for nothing once the page no longer proves it, since somebody else may sit there now.
 */
function visitorFor(
  { visitorToken: token, identity, locale }: z.infer<typeof bodySchema>,
  { id: account, settings }: WebOpenAccount,
  { host }: Parts,
): Visitor | ChatError {
  const now = host.clock.now();
  if (identity?.jwt !== undefined) {
    const claims =
      settings.identitySecret === undefined
        ? 'the account has no identitySecret'
        : claimsOf(identity.jwt, settings.identitySecret, now);
    if (typeof claims === 'string') return { code: 'identity', message: `data-user-jwt: ${claims}` };
    if (storable(claims.sub) !== claims.sub)
      return { code: 'identity', message: 'data-user-jwt: its sub holds control characters' };
    const { sub, name, phone, email, attrs: attributes } = claims;
    const facts = { phone, email, attributes };
    return {
      id: userVisitor(sub),
      account,
      identified: true,
      name: name || undefined,
      locale,
      facts,
      expires: now + identifiedLifeMs,
    };
  }
  if (identity?.userId !== undefined && identity.signature !== undefined) {
    const wrong = unproven(identity.userId, identity.signature, settings.identitySecret);
    if (wrong) return { code: 'identity', message: wrong };
    const id = userVisitor(identity.userId);
    return { id, account, identified: true, name: identity.name, locale, expires: now + identifiedLifeMs };
  }
  const known = token === undefined ? undefined : visitorOf(token, settings.tokenKey, now);
  const returning = typeof known === 'object' && known.account === account && !known.identified;
  const id = returning ? known.id : `v-${host.ids.next()}`;
  const called = identity?.name ?? (returning ? known.name : undefined);
  return { id, account, identified: false, name: called, locale, expires: now + anonymousLifeMs };
}

function unproven(userId: string, signature: string, secret: string | undefined): string | undefined {
  if (secret === undefined) return 'data-user-signature was given, but the account has no identitySecret';
  if (storable(userId) !== userId) return 'data-user-id holds control characters';
  if (provesIdentity(userId, signature, secret)) return undefined;
  return 'data-user-signature is not hex(HMAC-SHA256(identitySecret, data-user-id)): make it on your server';
}

async function sessionOf(visitor: Visitor, account: WebOpenAccount, parts: Parts): Promise<ChatSession> {
  const [history, standing] = await Promise.all([
    pageOf(parts, account, visitor, { before: Number.MAX_SAFE_INTEGER }, historyPage),
    standingOf(parts, account, visitor),
  ]);
  const { title, color, welcome, suggestions, tokenKey } = account.settings;
  return {
    token: visitorToken(visitor, tokenKey),
    expires: visitor.expires,
    customer: { id: visitor.id, name: visitor.name, identified: visitor.identified },
    history,
    earlier: history.length === historyPage,
    after: highest(history, 0),
    standing,
    config: { title, robot: standing.robot, color, welcome, suggestions, textMax, uploadMaxBytes },
  };
}
