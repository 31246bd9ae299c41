import { z } from 'zod';
import { button, panel } from '../cards/panel.js';
import { postCard, redrawCards } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { leftIn, windowOf } from '../outbox/windows.js';
import type { Scene } from '../pipeline/scene.js';
import { shorten } from '../text/shorten.js';
import { type Conversation, conversationById, type Reads } from './conversation.js';
import { type Content, contentSchema } from './message.js';
import { sayToCustomer } from './transcript.js';
import { contentWords } from './words.js';
import { relayToTopics, workplaceOf } from './workplace.js';

/** An agent's words that the channel did not let through, kept until they or the customer decide. */
interface Postponed {
  id: string;
  conversationId: string;
  memberId: string;
  content: Content;
  quotes?: string;
  state: 'asked' | 'waiting' | 'sent' | 'dropped';
}

const columns = 'id, conversation_id, member_id, content, quotes, state';
const rowSchema = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    member_id: z.string(),
    content: contentSchema,
    quotes: z.string().nullable(),
    state: z.enum(['asked', 'waiting', 'sent', 'dropped']),
  })
  .transform(
    (row): Postponed => ({
      id: row.id,
      conversationId: row.conversation_id,
      memberId: row.member_id,
      content: row.content,
      quotes: row.quotes ?? undefined,
      state: row.state,
    }),
  );

const wordsLength = 60;
const wordsOf = (scene: Pick<Scene, 'tenant'>, { content }: Pick<Postponed, 'content'>): string =>
  shorten(contentWords(scene.tenant.locale, content), wordsLength);

/** Keeps what an agent wanted to say and asks them whether it should be sent when the customer writes again. */
export async function offerToPostpone(
  scene: Scene,
  conversation: Conversation,
  memberId: string,
  said: { content: Content; quotes?: string },
): Promise<void> {
  const id = scene.ids.next();
  await scene.tx.query(
    `insert into postponed (tenant_id, id, conversation_id, member_id, content, quotes, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      scene.tenant.id,
      id,
      conversation.id,
      memberId,
      JSON.stringify(said.content),
      said.quotes ?? null,
      new Date(scene.now),
    ],
  );
  const place = await workplaceOf(scene, conversation, memberId);
  if (!place) return;
  await postCard(scene, {
    subject: subjectOf(id),
    template: 'panel',
    audience: `member:${memberId}`,
    // Words that may never be said are for their author alone.
    place: { kind: 'direct', workspaceId: place.workspaceId, memberId },
    data: { panel: postponedPanel.name, asked: { postponed: id } },
  });
}

const subjectOf = (id: string): string => `postponed:${id}`;

async function postponedById(db: Reads, tenantId: string, id: string): Promise<Postponed | undefined> {
  const [row] = await db.query(`select ${columns} from postponed where tenant_id = $1 and id = $2`, [
    tenantId,
    id,
  ]);
  return row && rowSchema.parse(row);
}

/** "客户来信后自动发送 / 不发了". */
export const postponedPanel = panel({
  name: 'postponed',
  asked: z.object({ postponed: z.uuid() }),
  async view({ db, tenant }, reader, asked) {
    const { locale } = tenant;
    const found = await postponedById(db, tenant.id, asked.postponed);
    if (found?.memberId !== reader.id) return undefined;
    const conversation = await conversationById(db, tenant.id, found.conversationId);
    if (!conversation) return undefined;
    const given = { postponed: found.id, conversation: conversation.id };
    const drop = (key: 'dropButton' | 'dropWaitingButton') =>
      button(text(locale, `delivery.${key}`), dropPostponed.name, given);
    const waits = button(text(locale, 'delivery.postponeButton'), postpone.name, given, {
      style: 'positive',
    });
    return {
      title: await customerName(db, tenant.id, conversation.customerId),
      tag: conversation.code ?? '',
      tone: found.state === 'asked' ? 'warning' : 'default',
      status: text(
        locale,
        found.state === 'asked' ? 'delivery.postponedTitle' : `delivery.${found.state}Status`,
      ),
      told: contentWords(locale, found.content),
      buttons:
        found.state === 'asked'
          ? [waits, drop('dropButton')]
          : found.state === 'waiting'
            ? [drop('dropWaitingButton')]
            : [],
    };
  },
});

const given = z.object({ conversation: z.uuid(), postponed: z.uuid() });

/** What a member may decide on: their own, of this conversation, not settled yet. */
async function theirs({ scene, caller }: Call, input: z.infer<typeof given>): Promise<Postponed | string> {
  const { locale } = scene.tenant;
  const found = await postponedById(scene.tx, scene.tenant.id, input.postponed);
  if (!found || found.memberId !== caller?.id || found.conversationId !== input.conversation)
    return text(locale, 'error.notAllowed');
  return found.state === 'asked' || found.state === 'waiting' ? found : text(locale, 'error.alreadyDone');
}

/** Sends it when the customer writes next; at once if they have written meanwhile. */
export const postpone = operation({
  name: 'message.postpone',
  input: given,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const found = await theirs(call, input);
    if (typeof found === 'string') return refuse(found);
    const conversation = await conversationById(scene.tx, scene.tenant.id, found.conversationId);
    if (conversation?.state !== 'active' || conversation.ownerId !== found.memberId)
      return refuse(text(locale, 'error.notYourConversation'));
    const window = await windowOf(scene.tx, scene.tenant.id, conversation.identityId);
    if (leftIn(window, scene.now) > 0) {
      await send(scene, conversation, found, call.caller?.name ?? '');
      return done(text(locale, 'delivery.sent'));
    }
    await settle(scene, found, 'waiting');
    return done(text(locale, 'delivery.postponed'));
  },
});

export const dropPostponed = operation({
  name: 'message.dropPostponed',
  input: given,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const found = await theirs(call, input);
    if (typeof found === 'string') return refuse(found);
    await settle(call.scene, found, 'dropped');
    return done(text(call.scene.tenant.locale, 'delivery.postponeDropped'));
  },
});

async function settle(scene: Scene, { id }: Postponed, state: Postponed['state']): Promise<void> {
  await scene.tx.query(
    `update postponed set state = $3, settled_at = case when $3 = 'waiting' then null else $4::timestamptz end
      where tenant_id = $1 and id = $2`,
    [scene.tenant.id, id, state, new Date(scene.now)],
  );
  await redrawCards(scene, subjectOf(id));
}

async function send(
  scene: Scene,
  conversation: Conversation,
  postponed: Postponed,
  name: string,
): Promise<void> {
  const message = await sayToCustomer(scene, conversation, {
    author: { kind: 'agent', id: postponed.memberId, name },
    content: postponed.content,
    quotes: postponed.quotes,
  });
  await settle(scene, postponed, 'sent');
  await relayToTopics(scene, conversation, message);
}

/** The customer has written: what waited for that is sent, by whom it still is to be said; the others are told. */
export async function sendPostponed(
  scene: Scene,
  identity: Identity,
  conversation: Conversation,
): Promise<void> {
  if (!scene.channels.get(identity.channel)?.abilities.windows) return;
  const rows = await scene.tx.query<{ name: string }>(
    `select ${columns.replace(/\b(\w+)\b/g, 'p.$1')}, m.name from postponed p
       join conversations c on c.tenant_id = p.tenant_id and c.id = p.conversation_id and c.identity_id = $2
       join members m on m.tenant_id = p.tenant_id and m.id = p.member_id
      where p.tenant_id = $1 and p.state = 'waiting' order by p.id`,
    [scene.tenant.id, identity.id],
  );
  for (const row of rows) {
    const found = rowSchema.parse(row);
    const isTheirs =
      found.conversationId === conversation.id &&
      conversation.state === 'active' &&
      conversation.ownerId === found.memberId;
    if (isTheirs) await send(scene, conversation, found, row.name);
    else await settle(scene, found, 'dropped');
    await tellAuthor(scene, conversation, found, isTheirs);
  }
}

async function tellAuthor(
  scene: Scene,
  conversation: Conversation,
  postponed: Postponed,
  isSent: boolean,
): Promise<void> {
  const to = await workplaceOf(scene, conversation, postponed.memberId);
  if (!to) return;
  const { locale } = scene.tenant;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const words = wordsOf(scene, postponed);
  const told = isSent
    ? text(locale, 'delivery.postponedSent', { customer, code: conversation.code ?? '', words })
    : text(locale, 'delivery.postponedLost', { customer, words });
  await enqueue(scene, {
    kind: 'tell',
    to: isSent ? to : { kind: 'direct', workspaceId: to.workspaceId, memberId: postponed.memberId },
    text: told,
  });
}
