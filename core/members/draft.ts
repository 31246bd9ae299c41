import { z } from 'zod';
import { postCard, redrawCards } from '../cards/post.js';
import { activeConversationsOf, type Reads } from '../conversations/conversation.js';
import { type Content, contentSchema } from '../conversations/message.js';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { StaffPlace } from '../outbox/place.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward, type Scene } from '../pipeline/scene.js';
import { setFocus } from './member.js';
import type { Target } from './target.js';

type Doubt = Extract<Target, { kind: 'doubt' }>;

const saidSchema = z.object({
  content: contentSchema,
  place: z.object({ kind: z.literal('direct'), workspaceId: z.string(), memberId: z.string() }),
  appearance: z.object({ source: z.string(), externalId: z.string() }),
});
type Said = z.infer<typeof saidSchema>;

/** A text whose target was in doubt, held until its author chooses. */
export interface Draft {
  id: string;
  memberId: string;
  said: Said;
  why: Doubt['why'];
  candidates: string[];
  /** Where it went. Settled without one, it was dropped. */
  conversationId?: string;
  settled: boolean;
}

/** Holds what was typed and asks for whom it is meant. */
export async function holdDraft(
  scene: Scene,
  memberId: string,
  said: { content: Content; place: Extract<StaffPlace, { kind: 'direct' }>; appearance: Said['appearance'] },
  doubt: Doubt,
): Promise<void> {
  const id = scene.ids.next();
  await scene.tx.query(
    `insert into drafts (tenant_id, id, member_id, said, why, candidates, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      scene.tenant.id,
      id,
      memberId,
      JSON.stringify(said),
      doubt.why,
      JSON.stringify(doubt.candidates),
      new Date(scene.now),
    ],
  );
  await postCard(scene, {
    subject: `draft:${id}`,
    template: 'choose',
    audience: `member:${memberId}`,
    place: said.place,
  });
}

export async function draftById(db: Reads, tenantId: string, id: string): Promise<Draft | undefined> {
  const [row] = await db.query<{
    id: string;
    member_id: string;
    said: unknown;
    why: Doubt['why'];
    candidates: string[];
    conversation_id: string | null;
    settled_at: Date | null;
  }>(
    'select id, member_id, said, why, candidates, conversation_id, settled_at from drafts where tenant_id = $1 and id = $2',
    [tenantId, id],
  );
  return (
    row && {
      id: row.id,
      memberId: row.member_id,
      said: saidSchema.parse(row.said),
      why: row.why,
      candidates: row.candidates,
      conversationId: row.conversation_id ?? undefined,
      settled: row.settled_at !== null,
    }
  );
}

/** Sends a held text to the conversation its author chose, and turns them to it. */
export const sendDraft = operation({
  name: 'draft.send',
  input: z.object({ draft: z.uuid(), conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  async run(input, { scene, invocation, caller }) {
    const locale = scene.tenant.locale;
    const draft = await draftById(scene.tx, scene.tenant.id, input.draft);
    if (!draft || !caller || draft.memberId !== caller.id) return refuse(text(locale, 'error.notAllowed'));
    if (draft.settled) return refuse(text(locale, 'error.alreadyDone'));
    const mine = await activeConversationsOf(scene.tx, scene.tenant.id, caller.id);
    const chosen = mine.find((one) => one.id === input.conversation);
    if (!chosen) return refuse(text(locale, 'error.conversationClosed'));
    await settle(scene, draft, chosen.id);
    setFocus(scene.tx, scene.tenant.id, caller.id, chosen.id, invocation.at);
    await forward(scene, identityMailbox(chosen.identityId), {
      kind: 'invoke',
      invocation: {
        id: draft.id,
        operation: 'conversation.reply',
        actor: invocation.actor,
        input: { conversation: chosen.id, content: draft.said.content, appearance: draft.said.appearance },
        origin: { kind: 'typed', place: draft.said.place },
        at: invocation.at,
      },
    });
    return done();
  },
});

export const dropDraft = operation({
  name: 'draft.drop',
  input: z.object({ draft: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  async run(input, { scene, caller }) {
    const draft = await draftById(scene.tx, scene.tenant.id, input.draft);
    if (!draft || draft.memberId !== caller?.id) return refuse(text(scene.tenant.locale, 'error.notAllowed'));
    if (draft.settled) return refuse(text(scene.tenant.locale, 'error.alreadyDone'));
    await settle(scene, draft, null);
    return done(text(scene.tenant.locale, 'card.chooseDropped'));
  },
});

async function settle(scene: Scene, draft: Draft, conversationId: string | null): Promise<void> {
  await scene.tx.query(
    'update drafts set settled_at = $3, conversation_id = $4 where tenant_id = $1 and id = $2',
    [scene.tenant.id, draft.id, new Date(scene.now), conversationId],
  );
  await redrawCards(scene, `draft:${draft.id}`);
}
