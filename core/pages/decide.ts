import { createHash } from 'node:crypto';
import { timeless } from '../cards/look.js';
import type { Core } from '../core.js';
import { clicked } from '../members/click.js';
import type { Outcome } from '../operations/operation.js';
import { receiptId } from '../pipeline/record.js';
import type { InboundClick } from '../ports/inbound.js';
import type { PageLink } from './link.js';
import type { Shown } from './show.js';

/** A button of the card as it is drawn now, and what was put into its form. */
export interface Decision extends Pick<InboundClick, 'operation' | 'arguments' | 'form'> {
  /** Made by the page for each press, and the same for every attempt to send it. */
  press: string;
}

/**
 * What a decision came to. `first`: it was this one that was carried out; otherwise it had been decided before, in another
 * tab or by an attempt whose answer was lost. Undefined: it is still being handled, and may be asked for again.
 */
export type Decided = { outcome: Outcome; first: boolean } | undefined;

/** How long a page waits for an answer before it asks again. */
const waitMs = 5_000;
/** Whoever meets a refused attempt begins another; two tabs can't chase each other for ever. */
const attemptsMax = 3;

/**
 * Records a decision as this member's click, the way a click on the platform's own card goes. What changes something can
 * be decided once for a card in a phase: later submissions get the first one's outcome, unless that was a refusal. What
 * only shows something, and what is pressed on a list, can be asked for again with every press.
 */
export async function decide(core: Core, shown: Shown, decision: Decision): Promise<Decided> {
  const { link } = shown;
  const again = shown.drawn.phase === timeless || core.operations.shows(decision.operation);
  const digest = digestOf(link, decision, again ? decision.press : '');
  for (let attempts = 1; ; attempts++) {
    const attempt = again ? 1 : await attemptOf(core, link, decision.operation, digest);
    const click: InboundClick = {
      kind: 'click',
      id: pressId(digest, attempt),
      sender: link.memberId,
      at: core.clock.now(),
      operation: decision.operation,
      arguments: decision.arguments,
      form: decision.form,
      phase: again ? undefined : shown.conversationPhase,
    };
    const { fresh, outcome } = await clicked(core, placeOf(link), link.memberId, click, waitMs);
    if (!outcome) return undefined;
    if (fresh || again || outcome.ok || attempts === attemptsMax) return { outcome, first: fresh };
    await core.db.query(
      `update decisions set attempt = attempt + 1, decided_at = $4 where tenant_id = $1 and digest = $2 and attempt = $3`,
      [link.tenantId, digest, attempt, new Date(core.clock.now())],
    );
  }
}

/** What this member has decided on a link's card in the link's phase, newest first. */
export async function outcomesOn({ db }: Core, link: PageLink): Promise<Outcome[]> {
  const decisions = await db.query<{ digest: Buffer; attempt: number }>(
    `select digest, attempt from decisions
      where tenant_id = $1 and card_id = $2 and member_id = $3 and phase = $4 order by decided_at desc limit 10`,
    [link.tenantId, link.cardId, link.memberId, link.phasePrint],
  );
  const ids = decisions.map(({ digest, attempt }) =>
    receiptId(
      {
        tenantId: link.tenantId,
        source: link.workspaceId,
        sender: link.memberId,
        externalId: pressId(digest, attempt),
      },
      'click',
    ),
  );
  const rows = await db.query<{ outcome: Outcome }>(
    `select outcome from invocations where tenant_id = $1 and id = any($2::uuid[])
      order by array_position($2::uuid[], id)`,
    [link.tenantId, ids],
  );
  return rows.map(({ outcome }) => outcome);
}

/** The attempt that is under way or was carried out; the first of all writes the row. */
async function attemptOf(core: Core, link: PageLink, operation: string, digest: Buffer): Promise<number> {
  await core.db.query(
    `insert into decisions (tenant_id, digest, card_id, member_id, phase, operation, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      link.tenantId,
      digest,
      link.cardId,
      link.memberId,
      link.phasePrint,
      operation,
      new Date(core.clock.now()),
    ],
  );
  const [row] = await core.db.query<{ attempt: number }>(
    'select attempt from decisions where tenant_id = $1 and digest = $2',
    [link.tenantId, digest],
  );
  return row?.attempt ?? 1;
}

function digestOf(link: PageLink, decision: Decision, press: string): Buffer {
  const given = Object.entries(decision.arguments).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = [link.cardId, link.phasePrint, link.memberId, decision.operation, given, press];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

const pressId = (digest: Buffer, attempt: number): string => `page:${digest.toString('hex')}:${attempt}`;

const placeOf = ({ tenantId, workspaceId }: PageLink) => ({ tenantId, id: workspaceId });
