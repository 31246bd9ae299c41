import { type Delivery, json, mayBeJson, type Reading, refused } from '../../core/ports/delivery.js';
import type { Inbound } from '../../core/ports/inbound.js';
import { factsEvent } from '../facts.js';
import { doubt } from '../signature.js';
import type { ApiAccount } from './account.js';
import { parseBody } from './body.js';
import { eventsOf, idOf, timeOf } from './events.js';

/** Verifies and reads one signed delivery. The protocol is in this folder's README. */
export function read(delivery: Delivery, account: ApiAccount, now: number): Reading {
  if (delivery.method !== 'POST') return refused(405, 'only POST is understood here');
  if (!mayBeJson(delivery)) return refused(415, 'the body has to be application/json');
  const wrong = doubt(delivery.headers, delivery.body, account.secret, now);
  if (wrong) return refused(401, wrong);
  const body = parseBody(delivery.body);
  switch (body.kind) {
    case 'unreadable':
      return refused(400, body.reason);
    case 'challenge':
      return { verified: true, events: [], response: json(200, { challenge: body.challenge }) };
    case 'identify': {
      const sender = body.facts.conversationId ?? body.facts.user?.id;
      if (!sender)
        return refused(400, 'conversationId (or user.id) is required: it is who the facts are about');
      const { headers } = delivery;
      const call = {
        body: delivery.body,
        timestamp: headers['x-cs-timestamp'] ?? '',
        key: headers['x-cs-idempotency-key'],
      };
      const event = factsEvent(sender, body.facts, call, now);
      return { verified: true, events: [event], response: json(202, { accepted: true }) };
    }
    case 'echo':
      return { verified: true, events: [], response: json(202, { accepted: true }) };
    case 'other': {
      const id = idOf({}, delivery.body, delivery.headers['x-cs-idempotency-key']);
      const event = { kind: 'other', id, name: body.name, at: now } as const;
      return { verified: true, events: [event], response: json(202, { accepted: true, messageId: id }) };
    }
    case 'change': {
      const { messageId, conversationId: sender, text = '', ts, type } = body.change;
      const id = idOf({}, delivery.body, delivery.headers['x-cs-idempotency-key']);
      const change = { id, messageId, sender, at: timeOf(ts, now) };
      const event: Inbound =
        type === 'edit' ? { kind: 'edit', ...change, text } : { kind: 'recall', ...change };
      return { verified: true, events: [event], response: json(202, { accepted: true, messageId }) };
    }
    case 'message': {
      if (!body.message.conversationId && !body.message.user?.id) {
        return refused(400, 'conversationId (or user.id) is required: it is who the reply goes to');
      }
      const messageId = idOf(body.message, delivery.body, delivery.headers['x-cs-idempotency-key']);
      const events = eventsOf(body.message, messageId, account, now);
      if (events.length === 0)
        return refused(400, 'nothing is said: text, attachments, location and postback are empty');
      return { verified: true, events, response: json(202, { accepted: true, messageId }) };
    }
  }
}
