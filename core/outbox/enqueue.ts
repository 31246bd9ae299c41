import type { CustomerMessage, Note } from '../conversations/message.js';
import type { Scene } from '../pipeline/scene.js';
import type { TranscriptOf } from './compose-file.js';
import { destinationOf, destinationOfCustomer, type StaffPlace } from './place.js';

/** Something to be sent. Only a `CustomerMessage` can be delivered to a customer; a note fits nowhere here but a relay. */
export type Sending =
  /** To the customer whose conversation it is. */
  | { kind: 'deliver'; identityId: string; message: CustomerMessage }
  /** A message or note shown to staff. */
  | { kind: 'relay'; to: StaffPlace; message: CustomerMessage | Note }
  /** A word from Imdesk to staff; or a file that is made when it is sent. */
  | { kind: 'tell'; to: StaffPlace; text: string; file?: TranscriptOf };

/** Puts it on its way, with everything else this row does. Cards have their own way: `core/cards/post.ts`. */
export async function enqueue(scene: Scene, sending: Sending): Promise<void> {
  const destination =
    sending.kind === 'deliver' ? destinationOfCustomer(sending.identityId) : destinationOf(sending.to);
  const message = sending.kind === 'tell' ? undefined : sending.message;
  await scene.tx.query(
    `insert into outbox (tenant_id, destination, id, kind, body, message_id, audience, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      scene.tenant.id,
      destination,
      scene.ids.next(),
      sending.kind,
      JSON.stringify(bodyOf(sending)),
      message?.id ?? null,
      message?.audience ?? null,
      new Date(scene.now),
    ],
  );
  scene.hints.push({ kind: 'destination', tenantId: scene.tenant.id, name: destination });
}

function bodyOf(sending: Sending): Record<string, unknown> {
  if (sending.kind === 'deliver') return {};
  if (sending.kind === 'relay') return { to: sending.to };
  return { to: sending.to, text: sending.text, ...(sending.file && { file: sending.file }) };
}
