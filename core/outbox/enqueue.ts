import type { Content, CustomerMessage, Note } from '../conversations/message.js';
import type { Scene } from '../pipeline/scene.js';
import type { TranscriptOf } from './compose-file.js';
import { destinationOf, destinationOfCustomer, type StaffPlace } from './place.js';

/** Something to be sent. Only a `CustomerMessage` can be delivered to a customer; a note fits nowhere here but a relay. */
export type Sending =
  /** To the customer whose conversation it is; `part` of a text that is too long for one, from 0. */
  | { kind: 'deliver'; identityId: string; message: CustomerMessage; part?: number; notBefore?: number }
  /** Takes back what the customer was sent: the part that came as the so manieth of it, from 0. */
  | { kind: 'recall'; identityId: string; message: CustomerMessage; part: number }
  /** Shows the customer a message as it is now; `before` is what they were sent. */
  | { kind: 'edit'; identityId: string; message: CustomerMessage; before: Content }
  /** Takes back what staff were shown, which their platform calls so. */
  | { kind: 'recall'; workspaceId: string; destination: string; externalId: string; message: CustomerMessage }
  /** A message or note shown to staff. */
  | { kind: 'relay'; to: StaffPlace; message: CustomerMessage | Note }
  /** A word from Imdesk to staff; or a file that is made when it is sent. */
  | { kind: 'tell'; to: StaffPlace; text: string; file?: TranscriptOf };

/** Puts it on its way, with everything else this row does. Cards have their own way: `core/cards/post.ts`. */
export async function enqueue(scene: Scene, sending: Sending): Promise<void> {
  const destination = destinationFor(sending);
  const message = sending.kind === 'tell' ? undefined : sending.message;
  const notBefore = sending.kind === 'deliver' ? sending.notBefore : undefined;
  scene.tx.send(
    `insert into outbox (tenant_id, destination, id, kind, body, message_id, audience, created_at, not_before)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      scene.tenant.id,
      destination,
      scene.ids.next(),
      sending.kind,
      JSON.stringify(bodyOf(sending)),
      message?.id ?? null,
      message?.audience ?? null,
      new Date(scene.now),
      notBefore === undefined ? null : new Date(notBefore),
    ],
  );
  scene.hints.push({ kind: 'destination', tenantId: scene.tenant.id, name: destination });
}

function destinationFor(sending: Sending): string {
  if ('identityId' in sending) return destinationOfCustomer(sending.identityId);
  return 'to' in sending ? destinationOf(sending.to) : sending.destination;
}

function bodyOf(sending: Sending): Record<string, unknown> {
  if (sending.kind === 'relay') return { to: sending.to };
  if (sending.kind === 'tell')
    return { to: sending.to, text: sending.text, ...(sending.file && { file: sending.file }) };
  if (sending.kind === 'edit') return { before: sending.before };
  if ('externalId' in sending) return { workspaceId: sending.workspaceId, externalId: sending.externalId };
  return { part: sending.part };
}
