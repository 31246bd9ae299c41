import { parseCommand, parseNote } from '../commands/parse.js';
import { messageById } from '../conversations/transcript.js';
import { text } from '../i18n/texts.js';
import { enqueue } from '../outbox/enqueue.js';
import { pieceNames } from '../outbox/merge.js';
import type { InboundEdit, InboundRecall } from '../ports/inbound.js';
import { call, type DirectPlace, type Hearing } from './hearing.js';
import { codedIn } from './pointing.js';

/** A member took back, on their platform, what they had typed: so it is taken back from the customer, or from the draft. */
export async function tookBack(hearing: Hearing, event: InboundRecall, place: DirectPlace): Promise<void> {
  const { scene, member, workspaceId } = hearing;
  const said = await saidBy(hearing, event.messageId);
  const [first] = said;
  if (first) {
    const messages = said.map(({ id }) => id);
    const input = { conversation: first.conversationId, messages };
    return call(hearing, 'conversation.undo', input, { kind: 'typed', place });
  }
  const [draft] = await scene.tx.query<{ id: string }>(
    `select id from drafts where tenant_id = $1 and member_id = $2 and settled_at is null
        and said #>> '{appearance,source}' = $3 and said #>> '{appearance,externalId}' = $4`,
    [scene.tenant.id, member.id, workspaceId, event.messageId],
  );
  if (draft) await call(hearing, 'draft.drop', { draft: draft.id }, { kind: 'typed', place });
}

/** A member changed what they had typed. What became a command or a note goes to nobody. */
export async function reworded(hearing: Hearing, event: InboundEdit, place: DirectPlace): Promise<void> {
  const { scene } = hearing;
  const [said] = await saidBy(hearing, event.messageId);
  if (!said) return;
  if (parseCommand(event.text) || parseNote(event.text) !== undefined) {
    const words = text(scene.tenant.locale, 'delivery.notReworded');
    return enqueue(scene, { kind: 'tell', to: place, text: words });
  }
  const coded = await codedIn(scene, event.text);
  const words = coded?.conversation.id === said.conversationId ? coded.rest : event.text;
  const input = { conversation: said.conversationId, message: said.id, text: words };
  await call(hearing, 'conversation.reword', input, { kind: 'typed', place });
}

/** What a member's own message became: what they said to a customer, in one conversation. */
async function saidBy(
  { scene, member, workspaceId }: Hearing,
  externalId: string,
): Promise<{ id: string; conversationId: string }[]> {
  const rows = await scene.tx.query<{ message_id: string | null }>(
    'select message_id from appearances where tenant_id = $1 and source = $2 and external_id = any($3::text[])',
    [scene.tenant.id, workspaceId, pieceNames(externalId)],
  );
  const said: { id: string; conversationId: string }[] = [];
  for (const { message_id: id } of rows) {
    const message = id === null ? undefined : await messageById(scene.tx, scene.tenant.id, id);
    if (message?.audience !== 'customer' || message.author.id !== member.id) continue;
    if (said.every(({ conversationId }) => conversationId === message.conversationId))
      said.push({ id: message.id, conversationId: message.conversationId });
  }
  return said;
}
