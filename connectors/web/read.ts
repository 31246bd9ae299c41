import { type Delivery, json, mayBeJson, type Reading } from '../../core/ports/delivery.js';
import type { WebAccount } from './account.js';
import type { ChatError } from './chat/wire.js';
import { eventsOf } from './frames.js';
import { originAllowed } from './origin.js';
import { type Visitor, visitorOf } from './token.js';

/** The POST of one frame by a visitor: `Authorization: Bearer <token>`, and the frame as JSON. */
export function read(delivery: Delivery, account: WebAccount, now: number): Reading {
  if (delivery.method !== 'POST') return refuse(405, 'method', 'only POST is understood here');
  if (!mayBeJson(delivery)) return refuse(415, 'bad_frame', 'the body has to be application/json');
  const visitor = bearer(delivery, account, now);
  if ('status' in visitor) return refuse(visitor.status, visitor.code, visitor.message);
  const value = parseJson(delivery.body);
  if (value === undefined) return refuse(400, 'bad_frame', 'the body is not JSON');
  const heard = eventsOf(withType(value), visitor, account, now);
  if (!heard.ok) return refuse(heard.status, heard.error.code, heard.error.message);
  return { verified: true, events: heard.events, response: json(202, { type: 'ack', id: heard.id }) };
}

/** Who asks, by their token and the page they ask from; or why they are not believed. */
export function bearer(
  { headers }: Pick<Delivery, 'headers'>,
  account: WebAccount,
  now: number,
): Visitor | (ChatError & { status: number }) {
  const origin = headers.origin;
  if (origin !== undefined && !originAllowed(origin, account.origins)) {
    return {
      status: 403,
      code: 'origin',
      message: `pages of ${origin.slice(0, 200)} may not use this account`,
    };
  }
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!token)
    return { status: 401, code: 'token', message: 'a token is required: Authorization: Bearer <token>' };
  const visitor = visitorOf(token, account.tokenKey, now);
  return typeof visitor === 'string' ? { status: 401, code: 'token', message: visitor } : visitor;
}

/** JSON of a body or a frame; undefined when it is none. */
export function parseJson(text: Buffer | string): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

/** A body that names no type says something. */
function withType(value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && !('type' in value) ? { ...value, type: 'message' } : value;
}

const refuse = (status: number, code: string, message: string): Reading => ({
  verified: false,
  reason: message,
  response: json(status, { error: { code, message } }),
});
