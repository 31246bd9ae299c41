import { z } from 'zod';
import { lineOf, statusOf } from '../cards/look.js';
import { button, panel } from '../cards/panel.js';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatWaited } from '../i18n/time.js';
import { memberById } from '../members/member.js';
import { type Caller, done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { identityMailbox, type Timer } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { settingsOf } from '../queues/settings.js';
import { type Conversation, change, conversationById, notOffered, subjectOf } from './conversation.js';
import { giveTo, whyCannotTake } from './give.js';
import { briefFacts, handoverBriefOf } from './handover-brief.js';
import { messagesUntil } from './transcript.js';
import { homeOf } from './workplace.js';

const linesShown = 4;

/**
 * Asks a colleague to take a conversation over. It stays with its owner, who goes on answering, until they accept; whoever
 * was asked before is asked no more.
 */
export async function offer(
  scene: Scene,
  conversation: Conversation,
  to: { id: string },
  by: { id: string },
  words?: string,
): Promise<Conversation> {
  const { offerSeconds } = await settingsOf(scene.tx, scene.tenant.id, conversation.queueId);
  const offered = await change(
    scene,
    conversation,
    { offeredTo: to.id, offeredBy: by.id, offeredAt: scene.now },
    { kind: 'conversation.offered', actor: by.id, data: { to: to.id } },
  );
  const timer: Timer = { kind: 'offer', conversationId: offered.id, offeredAt: scene.now };
  await setTimer(scene, identityMailbox(offered.identityId), timer, scene.now + offerSeconds * 1_000);
  const place = await homeOf(scene, to.id);
  if (place)
    await postCard(scene, {
      // About the conversation, so that it is drawn again when that goes another way.
      subject: subjectOf(offered.id),
      template: 'panel',
      audience: `member:${to.id}`,
      place,
      data: { panel: offerPanel.name, asked: { conversation: offered.id, words } },
    });
  return offered;
}

/** What a colleague who is asked sees: how things stand, and the two answers. */
export const offerPanel = panel({
  name: 'offer',
  asked: z.object({ conversation: z.uuid(), words: z.string().optional() }),
  async view(looking, reader, asked) {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    const conversation = await conversationById(db, tenant.id, asked.conversation);
    if (!conversation) return undefined;
    const tag = conversation.code ?? '';
    const customer = await customerName(db, tenant.id, conversation.customerId);
    const title = text(locale, 'shift.offerTitle', { customer });
    if (conversation.offeredTo !== reader.id) {
      const isTheirs = conversation.state === 'active' && conversation.ownerId === reader.id;
      // Where it is drawn for the last time it says nothing that may change.
      const over =
        looking.abilities.cardEdits === 'always'
          ? text(locale, 'shift.offerOver', { status: await statusOf(looking, conversation) })
          : text(locale, 'shift.offerEnded');
      return { phase: 'over', title, tag, status: isTheirs ? text(locale, 'shift.offerTaken') : over };
    }
    const giver = conversation.offeredBy && (await memberById(db, tenant.id, conversation.offeredBy));
    const said = await messagesUntil(db, { tenantId: tenant.id, id: conversation.id }, now, 4 * linesShown);
    const lines = said.filter(({ author, audience }) => author.kind !== 'system' && audience === 'customer');
    const { offerSeconds } = await settingsOf(db, tenant.id, conversation.queueId);
    const about = { conversation: conversation.id };
    const decline = button(text(locale, 'shift.decline'), 'conversation.decline', about);
    return {
      phase: `offered:${conversation.epoch}`,
      title,
      tag,
      status: text(locale, 'shift.offerStatus', {
        name: giver ? giver.name : '',
        within: formatWaited(Math.max(60_000, offerSeconds * 1_000), locale),
      }),
      told: asked.words ?? '',
      facts: briefFacts(locale, await handoverBriefOf(looking, conversation)),
      rows: lines.slice(-linesShown).map((one) => {
        const line = lineOf(looking, one);
        return { title: line.who, detail: line.at, text: line.text, tone: 'default' as const, buttons: [] };
      }),
      inputs: [
        {
          id: 'reason',
          kind: 'line' as const,
          label: text(locale, 'shift.declineReason'),
          placeholder: text(locale, 'shift.declinePlaceholder'),
          required: false,
          maxLength: 200,
          value: '',
          options: [],
        },
      ],
      submit: [decline],
      buttons: [
        button(text(locale, 'shift.accept'), 'conversation.accept', about, { style: 'positive' }),
        // Where nothing can be filled in on a card, there is a way to say no without.
        ...(looking.abilities.cardInputs ? [] : [decline]),
      ],
    };
  },
});

/** "接手": it is theirs from now on, and the giver's no more. */
export const accept = operation({
  name: 'conversation.accept',
  input: z.object({ conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  focuses: true,
  async run(input, { scene, caller, invocation }) {
    const { locale } = scene.tenant;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const giverId = conversation.offeredBy;
    if (!isOfferedTo(conversation, caller) || giverId === undefined)
      return refuse(await whyNotOffered(scene, conversation, caller));
    const refusal = await whyCannotTake(scene, conversation, caller.id);
    if (refusal) return refusal;
    const giver = await memberById(scene.tx, scene.tenant.id, giverId);
    const words = await wordsWithOffer(scene, conversation);
    await giveTo(scene, conversation, caller, { id: giverId, name: giver?.name ?? '' }, words);
    await tellGiver(scene, conversation, (about) =>
      text(locale, 'shift.offerAccepted', { ...about, name: caller.name }),
    );
    // Who typed it is told with the brief already.
    return done(invocation.origin.kind === 'click' ? text(locale, 'shift.accepted') : undefined);
  },
});

/** "婉拒": it stays where it is, and the giver is told why. */
export const decline = operation({
  name: 'conversation.decline',
  input: z.object({ conversation: z.uuid(), reason: z.string().trim().max(200).optional() }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller }) {
    const { locale } = scene.tenant;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (!isOfferedTo(conversation, caller)) return refuse(await whyNotOffered(scene, conversation, caller));
    const { reason } = input;
    await change(scene, conversation, notOffered, {
      kind: 'conversation.offerDeclined',
      actor: caller.id,
      data: { reason: reason || undefined },
    });
    await tellGiver(scene, conversation, (about) =>
      reason
        ? text(locale, 'shift.offerDeclinedWhy', { ...about, name: caller.name, reason })
        : text(locale, 'shift.offerDeclined', { ...about, name: caller.name }),
    );
    return done(text(locale, 'shift.declined'));
  },
});

/** Nobody answered in time: it stays with its owner, who is told. */
export async function offerLapses(scene: Scene, timer: Extract<Timer, { kind: 'offer' }>): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, timer.conversationId);
  if (conversation?.offeredTo === undefined || conversation.offeredAt !== timer.offeredAt) return;
  const colleague = await memberById(scene.tx, scene.tenant.id, conversation.offeredTo);
  await change(scene, conversation, notOffered, {
    kind: 'conversation.offerLapsed',
    data: { to: conversation.offeredTo },
  });
  await tellGiver(scene, conversation, (about) =>
    text(scene.tenant.locale, 'shift.offerLapsed', { ...about, name: colleague?.name ?? '' }),
  );
}

/** What the giver said with it, which was noted when they asked. */
async function wordsWithOffer(
  scene: Scene,
  { id, offeredBy, offeredAt }: Conversation,
): Promise<string | undefined> {
  const [note] = await scene.tx.query<{ words: string | null }>(
    `select content ->> 'text' as words from messages
      where tenant_id = $1 and conversation_id = $2 and audience = 'staff' and author_id = $3 and at = $4
      order by number desc limit 1`,
    [scene.tenant.id, id, offeredBy, new Date(offeredAt ?? 0)],
  );
  return note?.words ?? undefined;
}

const isOfferedTo = (conversation: Conversation, { id }: Caller): boolean =>
  conversation.state === 'active' && conversation.offeredTo === id;

async function whyNotOffered(
  { tx, tenant, now }: Scene,
  conversation: Conversation,
  { id }: Caller,
): Promise<string> {
  const { locale } = tenant;
  if (conversation.state === 'active' && conversation.ownerId === id)
    return text(locale, 'error.alreadyYours');
  return text(locale, 'shift.offerOver', { status: await statusOf({ db: tx, tenant, now }, conversation) });
}

async function tellGiver(
  scene: Scene,
  conversation: Conversation,
  words: (about: { code: string; customer: string }) => string,
): Promise<void> {
  const to = conversation.offeredBy && (await homeOf(scene, conversation.offeredBy));
  if (!to) return;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  await enqueue(scene, { kind: 'tell', to, text: words({ code: conversation.code ?? '', customer }) });
}
