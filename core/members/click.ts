import { confirmLater } from '../cards/confirm.js';
import type { Drawn } from '../cards/look.js';
import { type CardRow, viewOf } from '../cards/view.js';
import type { Core } from '../core.js';
import { text } from '../i18n/texts.js';
import type { Outcome } from '../operations/operation.js';
import { sealedForm } from '../operations/secrets.js';
import { enqueue } from '../outbox/enqueue.js';
import { redrawingAt } from '../outbox/place.js';
import { pageOf, withPage } from '../pages/link.js';
import { memberMailbox } from '../pipeline/entry.js';
import { inScene } from '../pipeline/in-scene.js';
import { receiptId } from '../pipeline/record.js';
import { type ClickAnswer, workable } from '../ports/bot.js';
import type { Delivery, Response } from '../ports/delivery.js';
import type { InboundClick } from '../ports/inbound.js';
import type { Workspace } from '../workspaces/workspaces.js';

/**
 * The part of a platform's deadline that a click may be worked on; the rest is for the way there and back. People feel an
 * answer within a second, and get one unless something is in the way; then "处理中" is the honest answer, and the card follows.
 */
const workingShare = 0.5;
/** What a press came to is waited for so long after its answer. */
const lateMs = 30_000;
/** The answer travels to the platform this long; a redraw that arrives first would be painted over by it. */
const travelMs = 400;

/**
 * A click is recorded like everything else, handled at once, and answered with the card as it then stands. A repeat of the
 * same delivery finds the same outcome and gets the same answer.
 */
export async function answerClick(
  core: Core,
  workspace: Workspace,
  delivery: Delivery,
  click: InboundClick,
): Promise<Response> {
  const { tenantId } = workspace;
  const memberId = await core.people.memberOf(workspace, click.sender);
  const held = await holdCard(core, workspace, click);
  const waitMs = workspace.bot.abilities.clickDeadlineMs * workingShare;
  const { fresh, outcome } = await clicked(core, workspace, memberId, click, waitMs);
  // Somebody quick may click before we have heard under which id the card was posted.
  const card = held ?? (await holdCard(core, workspace, click));
  const { locale } = await core.tenants.get(tenantId);
  const drawn = outcome && card && (await drawInAnswer(core, workspace, card));
  if (fresh && drawn && card) await confirmDecision(core, workspace, memberId, card, drawn);
  const answer: ClickAnswer = outcome
    ? { toast: toastOf(outcome), card: drawn?.view }
    : { toast: { type: 'info', text: text(locale, 'error.busy') } };
  // Without a card to say it on, where nothing can be said in passing, it is said as a message.
  const unsaid = !workspace.bot.abilities.toasts && !answer.card && outcome;
  if (fresh && unsaid && unsaid.say !== undefined) await tellMember(core, workspace, memberId, unsaid.say);
  if (fresh && !outcome) void tellLater(core, workspace, memberId, click);
  return workspace.bot.answerClick(answer, delivery, workspace.credentials);
}

/**
 * Records a click and has it handled at once. `outcome`: what it came to, unless that takes longer than `waitMs` of real
 * time; `fresh`: whether it was heard for the first time.
 */
export async function clicked(
  core: Core,
  { tenantId, id: source }: Pick<Workspace, 'tenantId' | 'id'>,
  memberId: string,
  click: InboundClick,
  waitMs: number,
): Promise<{ fresh: boolean; outcome: Outcome | undefined }> {
  const mailbox = memberMailbox(memberId);
  const key = { tenantId, source, sender: click.sender, externalId: click.id };
  const form = await sealedForm(core.vault, { tenantId, memberId }, click.form);
  const fresh = await core.recorder.record({
    ...key,
    mailbox,
    entry: { kind: 'member', workspaceId: source, event: { ...click, form } },
  });
  core.hints.give([{ kind: 'mailbox', tenantId, name: mailbox }]);
  void core.reader.read(tenantId, mailbox);
  return { fresh, outcome: await core.outcomes.of(tenantId, receiptId(key, click.kind), waitMs) };
}

/** Who was told to wait and is then refused would never hear of it: a card shows what is, not what became of their press. */
async function tellLater(
  core: Core,
  workspace: Workspace,
  memberId: string,
  click: InboundClick,
): Promise<void> {
  const key = {
    tenantId: workspace.tenantId,
    source: workspace.id,
    sender: click.sender,
    externalId: click.id,
  };
  try {
    const outcome = await core.outcomes.of(workspace.tenantId, receiptId(key, click.kind), lateMs);
    if (outcome && !outcome.ok && outcome.say !== undefined)
      await tellMember(core, workspace, memberId, outcome.say);
  } catch (error) {
    core.log.warn({ error, click: click.id }, 'nobody could be told what a press came to');
  }
}

const toastOf = ({ ok, say }: Outcome): ClickAnswer['toast'] =>
  say === undefined ? undefined : { type: ok ? 'success' : 'warning', text: say };

function tellMember(core: Core, { tenantId, id }: Workspace, memberId: string, words: string): Promise<void> {
  return inScene(core, tenantId, (scene) =>
    enqueue(scene, {
      kind: 'tell',
      to: { kind: 'direct', workspaceId: id, memberId },
      text: words,
    }),
  );
}

/** Where a card can't be drawn again at will, the platform asks again itself for an answer it did not get. */
async function confirmDecision(
  core: Core,
  { tenantId, bot }: Workspace,
  memberId: string,
  { id: cardId, drawnPhase }: ClickedCard,
  { version, phase }: Drawn,
): Promise<void> {
  if (bot.abilities.cardEdits !== 'always' || phase === drawnPhase) return;
  await inScene(core, tenantId, (scene) => confirmLater(scene, memberId, { cardId, version, phase }));
}

interface ClickedCard extends CardRow, Record<string, unknown> {
  id: string;
  destination: string;
  /** What it decided on when it was pressed. */
  drawnPhase: string | null;
}

/** Finds the clicked card, and keeps others from drawing it while the click is being answered. */
async function holdCard(
  core: Core,
  workspace: Workspace,
  { messageId, edit }: InboundClick,
): Promise<ClickedCard | undefined> {
  if (messageId === undefined) return undefined;
  const until = new Date(core.clock.now() + workspace.bot.abilities.clickDeadlineMs);
  const [card] = await core.db.query<ClickedCard>(
    `update cards set held_until = $4, edit = coalesce($5, edit) from appearances a
      where a.tenant_id = $1 and a.source = $2 and a.external_id = $3 and cards.tenant_id = $1 and cards.id = a.card_id
     returning cards.id, cards.template, cards.subject, cards.audience, cards.data, cards.destination,
       cards.drawn_phase as "drawnPhase"`,
    [workspace.tenantId, workspace.id, messageId, until, edit ?? null],
  );
  return card;
}

/** The card as it stands, which counts as drawn; whatever changed since is drawn once the answer has arrived. */
async function drawInAnswer(
  core: Core,
  { tenantId, id: workspaceId, bot }: Workspace,
  card: ClickedCard,
): Promise<Drawn | undefined> {
  const looking = {
    db: core.db,
    history: core.history,
    tenant: await core.tenants.get(tenantId),
    now: core.clock.now(),
    abilities: bot.abilities,
    workable: workable(core.workspaces.platforms),
    vault: core.vault,
    quotaOf: (id: string) => core.workspaces.quotaOf(tenantId, id),
    linkTo: (mediaId: string) => core.media.link(tenantId, mediaId),
  };
  // What was pressed may have turned it over.
  const [now] = await core.db.query<{ data: unknown }>(
    'select data from cards where tenant_id = $1 and id = $2',
    [tenantId, card.id],
  );
  const drawn = await viewOf(looking, core.operations, { ...card, data: now?.data });
  await core.db.query(
    `update cards set drawn_version = greatest(drawn_version, $3), drawn_phase = coalesce($5, drawn_phase), held_until = $4
      where tenant_id = $1 and id = $2`,
    [tenantId, card.id, drawn?.version ?? 0, new Date(core.clock.now() + travelMs), drawn?.phase ?? null],
  );
  core.hints.give([{ kind: 'destination', tenantId, name: redrawingAt(card.destination) }]);
  if (!drawn) return undefined;
  const target = { tenantId, workspaceId, cardId: card.id, phase: drawn.phase, audience: card.audience };
  return { ...drawn, view: withPage(drawn.view, bot, pageOf(bot, core.pages, target, core.clock.now())) };
}
