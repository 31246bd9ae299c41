import { feishuCredentials } from '../bots/feishu/credentials.js';
import { sealed } from '../bots/feishu/sealed.js';
import type { Delivery } from '../core/ports/delivery.js';
import { feishu, openIdOf, secrets } from './company.js';

/** The company's app, as Feishu knows it. */
export const credentials = feishuCredentials.parse({ ...feishu, ...secrets });

/** A payload of the app's own, in the envelope of version 2. */
export function envelope(type: string, id: string, event: object, now: number): Buffer {
  const header = {
    event_id: id,
    event_type: type,
    create_time: String(now),
    token: secrets.verificationToken,
    app_id: feishu.appId,
    tenant_key: feishu.tenantKey,
  };
  return Buffer.from(JSON.stringify({ schema: '2.0', header, event }));
}

/** Somebody's press on a card's button, by hand: the sandbox never repeats one. */
export function clickPayload(
  click: { id: string; person: string; message: string; chat: string; value: unknown },
  now: number,
): Buffer {
  const event = {
    operator: { open_id: openIdOf(click.person) },
    token: `c-${click.id}`,
    action: { tag: 'button', value: click.value },
    context: { open_message_id: click.message, open_chat_id: click.chat },
  };
  return envelope('card.action.trigger', click.id, event, now);
}

/** Words typed to the bot one to one. */
export function textPayload(message: { id: string; person: string; text: string }, now: number): Buffer {
  const event = {
    sender: {
      sender_id: { open_id: openIdOf(message.person) },
      sender_type: 'user',
      tenant_key: feishu.tenantKey,
    },
    message: {
      message_id: message.id,
      create_time: String(now),
      chat_id: `oc_${message.person}`,
      chat_type: 'p2p',
      message_type: 'text',
      content: JSON.stringify({ text: message.text }),
    },
  };
  return envelope('im.message.receive_v1', `event-${message.id}`, event, now);
}

/** Signed and encrypted with the app's key, as a request. */
export const seal = (payload: Buffer, now: number): Delivery => sealed(credentials, payload, now);

export function post(url: string, { headers, body }: Delivery): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
}

/** The value that a card's button for this operation carries. */
export function buttonValue(card: unknown, operation: string): unknown {
  if (typeof card !== 'object' || card === null) return undefined;
  if ('operation' in card && card.operation === operation) return card;
  for (const inner of Object.values(card)) {
    const found = buttonValue(inner, operation);
    if (found !== undefined) return found;
  }
  return undefined;
}
