import { z } from 'zod';
import type { Accounts } from '../accounts/accounts.js';
import type { Drawn } from '../cards/look.js';
import { type CardRow, viewOf } from '../cards/view.js';
import type { Clock } from '../clock.js';
import type { MessageMedia } from '../media/message-media.js';
import type { Operations } from '../operations/registry.js';
import { type PageLinks, pageOf, withPage } from '../pages/link.js';
import { type BotAbilities, workable } from '../ports/bot.js';
import type { Courier, Outgoing } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Tenants } from '../tenant.js';
import type { TextLimit } from '../text/split.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { composeChange, composeDelivery } from './compose-customer.js';
import { composeFile, transcriptOf } from './compose-file.js';
import { composeRelay } from './compose-relay.js';
import { isRedrawing, staffPlaceSchema } from './place.js';
import { chatOfDesk, noPlace, platformPlace, rootWaitMs } from './place-of.js';

/** An outbox row, as far as it says what to send. */
export interface OutboxRow {
  id: string;
  tenantId: string;
  destination: string;
  kind: 'deliver' | 'relay' | 'tell' | 'draw' | 'recall' | 'edit';
  body: unknown;
  messageId: string | null;
  cardId: string | null;
}

/** What a row comes to at the moment it is sent. */
export interface Composed {
  out: Outgoing;
  courier: Courier;
  /** The idempotency key: the same for every attempt, and for every request to post the same card. */
  key: string;
  /** Whose ledger of limits and ids it counts in: an account's or a workspace's id. */
  source: string;
  conversationId?: string;
  /** The version and phase that a drawing shows. */
  shows?: Shows;
  /** The same in plain words, for when `out` is refused in its form. */
  plain?: Outgoing;
  /** Texts that follow it may go in one message with it, up to this; absent: as the courier has it. */
  mergesUpTo?: TextLimit;
  /** It counts in this identity's reply window. */
  counts?: { identityId: string; reply?: string };
  /** Few sends are left: it goes only together with what needs one more, else it is dropped for this reason. */
  givesWay?: string;
}

/** What a drawing of a card shows. */
export type Shows = Pick<Drawn, 'version' | 'phase'>;

/**
 * `nothing`: there is no more sense in sending it, what the card counts as showing all the same, and whether a new card has to
 * say what it can't (`follow`) · `refused`: it can't go
 * where it should, or (`window`) the channel does not let us write now · `waitMs`: not now; what it goes under is not there
 * yet, or it is held.
 */
export type Composition =
  | Composed
  | { nothing: string; shows?: Shows; follow?: boolean }
  | { refused: string; window?: 'closed' | 'used' }
  | { waitMs: number };

const bodySchema = z.object({
  to: staffPlaceSchema,
  text: z.string().default(''),
  file: transcriptOf.optional(),
});

export interface ComposeParts {
  db: Database;
  clock: Clock;
  vault: Vault;
  tenants: Tenants;
  accounts: Accounts;
  workspaces: Workspaces;
  media: MessageMedia;
  operations: Operations;
  pages: PageLinks;
}

/** Works out what to send, from the state as it is now: a card shows the newest version, a picture is fetched only here. */
export function compose(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  if (row.kind === 'deliver') return composeDelivery(parts, row);
  if (row.kind === 'recall' || row.kind === 'edit') return composeChange(parts, row);
  if (row.kind === 'relay') return composeRelay(parts, row);
  return row.kind === 'draw' ? composeDrawing(parts, row) : composeTelling(parts, row);
}

/** A word for staff, or a file, at their place. */
async function composeTelling(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { db, vault, workspaces } = parts;
  const { to, text: words, file } = bodySchema.parse(row.body);
  const workspace = await workspaces.byId(row.tenantId, to.workspaceId);
  if (!workspace) return { nothing: 'its workspace is gone' };
  const place = await platformPlace(db, vault, row.tenantId, to);
  if (!place) return noPlace(db, row.tenantId, to);
  const { courier, id: source } = workspace;
  if (!file) return { out: { kind: 'text', to: place, text: words }, courier, key: row.id, source };
  const { media: shows } = workspace.bot.abilities;
  const made = await composeFile(parts, row, file, { to: place, words, shows });
  return made ? { ...made, courier, key: row.id, source } : { nothing: 'they may not see it any more' };
}

interface KeptCard extends CardRow, Record<string, unknown> {
  id: string;
  workspaceId: string;
  place: unknown;
  externalId: string | null;
  drawnVersion: number;
  drawnPhase: string | null;
  edit: string | null;
  heldUntil: Date | null;
  postedAt: Date | null;
  retiredAt: Date | null;
}

async function composeDrawing(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { db, clock, tenants, workspaces, operations } = parts;
  const [card] = await db.query<KeptCard>(
    `select id, template, subject, audience, data, workspace_id as "workspaceId", place, external_id as "externalId",
            drawn_version as "drawnVersion", drawn_phase as "drawnPhase", edit, held_until as "heldUntil",
            posted_at as "postedAt", retired_at as "retiredAt"
       from cards where tenant_id = $1 and id = $2`,
    [row.tenantId, row.cardId],
  );
  if (!card || (card.retiredAt && card.externalId === null && !follows(card)))
    return { nothing: 'the card is gone' };
  const workspace = await workspaces.byId(row.tenantId, card.workspaceId);
  if (!workspace) return { nothing: 'its workspace is gone' };
  const looking = {
    db,
    tenant: await tenants.get(row.tenantId),
    now: clock.now(),
    abilities: workspace.bot.abilities,
    workable: workable(workspaces.platforms),
    vault: parts.vault,
    quotaOf: (id: string) => workspaces.quotaOf(row.tenantId, id),
    linkTo: (mediaId: string) => parts.media.link(row.tenantId, mediaId),
  };
  const drawn = await viewOf(looking, operations, card);
  if (!drawn) return { nothing: 'there is nothing to show' };
  const { tenantId } = row;
  const target = {
    tenantId,
    workspaceId: workspace.id,
    cardId: card.id,
    phase: drawn.phase,
    audience: card.audience,
  };
  const page = pageOf(workspace.bot, parts.pages, target, clock.now());
  const view = withPage(drawn.view, workspace.bot, page);
  const { version, phase } = drawn;
  const common = {
    courier: workspace.courier,
    source: workspace.id,
    shows: { version, phase },
    conversationId: conversationOf(card),
  };
  if (card.externalId !== null) {
    const not = whyNotRedrawn(card, drawn, workspace.bot.abilities, clock.now());
    if (not)
      return { nothing: not.why, shows: { version, phase: card.drawnPhase ?? phase }, follow: not.follow };
    const held = (card.heldUntil?.getTime() ?? 0) - clock.now();
    if (held > 0) return { waitMs: held };
    const edit = card.edit ?? undefined;
    return {
      ...common,
      out: { kind: 'redraw', messageId: card.externalId, card: view, edit },
      key: row.id,
    };
  }
  if (isRedrawing(row.destination)) return { waitMs: rootWaitMs };
  const place = staffPlaceSchema.parse(card.place);
  // The desk card of a topic is the topic's root; every other card goes where its place says.
  const isRoot = card.template === 'desk' && place.kind === 'topic';
  const to = isRoot
    ? await chatOfDesk(db, row.tenantId, place)
    : await platformPlace(db, parts.vault, row.tenantId, place);
  if (!to) return isRoot ? { refused: 'the queue has no group' } : noPlace(db, row.tenantId, place);
  return {
    ...common,
    out: { kind: 'card', to, card: view },
    key: card.id,
    // Where the card itself is refused, its page still has the buttons.
    plain: { kind: 'text', to, text: page === undefined ? view.plain : `${view.plain}\n${page}` },
  };
}

/** One that took an older one's place may be the last word of something that has ended. */
const follows = ({ data }: KeptCard): boolean => z.object({ follows: z.string() }).safeParse(data).success;

/**
 * A card that can be changed once for each code is changed for a new phase only; there it says less than the truth meanwhile.
 * `follow`: it says what is no longer so, and a new one has to say what is.
 */
function whyNotRedrawn(
  card: KeptCard,
  drawn: Drawn,
  { cardEdits, cardLifeMs }: BotAbilities,
  now: number,
): { why: string; follow?: boolean } | undefined {
  if (drawn.version > 0 && card.drawnVersion >= drawn.version) return { why: 'it shows this already' };
  if (cardEdits === 'never') return { why: 'it can not be changed' };
  const follow = card.drawnPhase !== drawn.phase;
  if (now - (card.postedAt?.getTime() ?? now) >= cardLifeMs)
    return { why: 'it is too old to be changed', follow };
  if (cardEdits === 'always') return undefined;
  if (!follow) return { why: 'it decides on the same still' };
  return card.edit === null ? { why: 'it can not be changed any more', follow } : undefined;
}

const conversationOf = (card: CardRow): string | undefined =>
  card.subject.startsWith('conversation:') ? card.subject.slice('conversation:'.length) : undefined;
