import { text } from '../i18n/texts.js';
import { enqueue } from '../outbox/enqueue.js';
import type { StaffPlace } from '../outbox/place.js';
import { ownerOfMailbox } from './entry.js';
import type { Handle, InboxRow } from './reader.js';
import { happened } from './scene.js';

/**
 * A row could not be handled, however often it was tried. That is an event, and a member whose words it was is told where
 * they typed them: otherwise they would believe that a customer had read them.
 */
export const putAside: Handle = async (scene, row) => {
  await happened(scene, { kind: 'row.putAside', subject: row.mailbox, data: { row: row.id } });
  const to = typedAt(row);
  if (to)
    await enqueue(scene, {
      kind: 'tell',
      to,
      text: text(scene.tenant.locale, 'error.internal', { reference: row.id }),
    });
};

function typedAt({ entry, mailbox }: InboxRow): StaffPlace | undefined {
  if (entry.kind === 'invoke' && entry.invocation.origin.kind === 'typed')
    return entry.invocation.origin.place;
  if (entry.kind !== 'member' || !['message', 'command'].includes(entry.event.kind)) return undefined;
  return { kind: 'direct', workspaceId: entry.workspaceId, memberId: ownerOfMailbox(mailbox).id };
}
