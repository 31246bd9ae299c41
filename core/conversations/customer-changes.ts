import { customerName } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { isShared } from '../outbox/appearance.js';
import { enqueue } from '../outbox/enqueue.js';
import { pieceNames } from '../outbox/merge.js';
import { destinationOf, redrawingAt } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundEdit, InboundRecall } from '../ports/inbound.js';
import { shorten } from '../text/shorten.js';
import { type Conversation, change, conversationById } from './conversation.js';
import type { CustomerMessage } from './message.js';
import { markRecalled, messageById, reword } from './transcript.js';
import { contentWords } from './words.js';
import { workplaceOf } from './workplace.js';

const wordsLength = 200;

/**
 * A customer took back what they wrote. Whoever answers them should not go by it: what was shown of it is taken back where
 * the platform lets us, and its agent is told. The log keeps it.
 */
export async function customerTakesBack(
  scene: Scene,
  identity: Identity,
  event: InboundRecall,
): Promise<void> {
  const withdrawMs = scene.channels.get(identity.channel)?.abilities.withdrawMs ?? Number.POSITIVE_INFINITY;
  const found = (await theirMessages(scene, identity, pieceNames(event.messageId))).filter(
    ({ message }) =>
      message.recalledAt === undefined && Math.min(event.at, scene.now) - message.at <= withdrawMs,
  );
  for (const { conversation, message } of found) {
    await markRecalled(scene, conversation, message.id);
    await change(scene, conversation, {}, { kind: 'message.withdrawn', data: { messageId: message.id } });
    const shown = await takeFromStaff(scene, conversation, message);
    if (shown === 'nowhere') continue;
    const key = shown === 'gone' ? 'delivery.customerTookBack' : 'delivery.customerTookBackWords';
    await tellOwner(scene, conversation, (who) =>
      text(scene.tenant.locale, key, { ...who, words: wordsOf(scene, message) }),
    );
  }
}

/** A customer changed what they wrote. */
export async function customerRewords(scene: Scene, identity: Identity, event: InboundEdit): Promise<void> {
  const [found] = await theirMessages(scene, identity, [event.messageId]);
  if (!found || found.message.recalledAt !== undefined || found.message.content.type !== 'text') return;
  const { conversation, message } = found;
  const content = { ...message.content, type: 'text' as const, text: event.text };
  if (contentWords(scene.tenant.locale, message.content) === event.text) return;
  await reword(scene, conversation, message.id, content);
  await change(scene, conversation, {}, { kind: 'message.reworded', data: { messageId: message.id } });
  const words = wordsOf(scene, { ...message, content });
  await tellOwner(scene, conversation, (who) =>
    text(scene.tenant.locale, 'delivery.customerReworded', {
      ...who,
      words,
      before: wordsOf(scene, message),
    }),
  );
}

/** Only ever those that this customer wrote themself; a letter or a rich text came as several. */
async function theirMessages(
  scene: Scene,
  identity: Identity,
  externalIds: readonly string[],
): Promise<{ conversation: Conversation; message: CustomerMessage }[]> {
  const rows = await scene.tx.query<{ message_id: string | null }>(
    `select message_id from appearances where tenant_id = $1 and source = $2 and external_id = any($3::text[])
      order by array_position($3::text[], external_id)`,
    [scene.tenant.id, identity.accountId, externalIds],
  );
  const theirs: { conversation: Conversation; message: CustomerMessage }[] = [];
  for (const { message_id: id } of rows) {
    const message = id === null ? undefined : await messageById(scene.tx, scene.tenant.id, id);
    if (message?.audience !== 'customer' || message.author.kind !== 'customer') continue;
    const conversation = await conversationById(scene.tx, scene.tenant.id, message.conversationId);
    if (conversation?.identityId === identity.id) theirs.push({ conversation, message });
  }
  return theirs;
}

/** `gone`: no member sees it any more · `stays`: somebody still does · `nowhere`: nobody had been shown it. */
async function takeFromStaff(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage,
): Promise<'gone' | 'stays' | 'nowhere'> {
  const unsettled = await scene.tx.query<{ state: string }>(
    `update outbox set state = case when state = 'pending' then 'dropped' else state end,
            settled_at = case when state = 'pending' then $3::timestamptz end
      where tenant_id = $1 and message_id = $2 and kind = 'relay' and state in ('pending', 'sending') returning state`,
    [scene.tenant.id, message.id, new Date(scene.now)],
  );
  const shown = await scene.tx.query<{ workspace_id: string; platform: string; external_id: string }>(
    `select w.id as workspace_id, w.platform, a.external_id from appearances a
       join workspaces w on w.tenant_id = a.tenant_id and w.id = a.source
      where a.tenant_id = $1 and a.message_id = $2`,
    [scene.tenant.id, message.id],
  );
  const onItsWay = unsettled.some(({ state }) => state === 'sending');
  if (shown.length === 0 && !onItsWay) return 'nowhere';
  let stays = onItsWay;
  for (const { workspace_id: workspaceId, platform, external_id: externalId } of shown) {
    const canRecall = scene.platforms.get(platform)?.abilities.recall === true;
    if (!canRecall || (await isShared(scene.tx, scene.tenant.id, workspaceId, externalId, message.id))) {
      stays = true;
      continue;
    }
    const memberId = conversation.ownerId ?? conversation.id;
    const destination = redrawingAt(destinationOf({ kind: 'direct', workspaceId, memberId }));
    await enqueue(scene, { kind: 'recall', workspaceId, destination, externalId, message });
  }
  return stays ? 'stays' : 'gone';
}

async function tellOwner(
  scene: Scene,
  conversation: Conversation,
  words: (who: { customer: string; code: string }) => string,
): Promise<void> {
  if (conversation.state !== 'active' || conversation.ownerId === undefined) return;
  const to = await workplaceOf(scene, conversation, conversation.ownerId);
  if (!to) return;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const code = to.kind === 'topic' ? '' : `${conversation.code ?? ''} `;
  await enqueue(scene, { kind: 'tell', to, text: words({ customer, code }).trim() });
}

const wordsOf = (scene: Scene, { content }: CustomerMessage): string =>
  shorten(contentWords(scene.tenant.locale, content), wordsLength);
