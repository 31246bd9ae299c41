import { createHash } from 'node:crypto';
import type { Core } from '../core.js';
import { clicked } from '../members/click.js';
import type { Outcome } from '../operations/operation.js';
import { receiptId } from '../pipeline/record.js';
import type { InboundClick } from '../ports/inbound.js';
import type { PageLink } from './link.js';
import type { Shown } from './show.js';
import { hasPhases } from './subject.js';

/** A button of the card as it is drawn now, and what was put into its form. */
export interface Decision extends Pick<InboundClick, 'operation' | 'arguments' | 'form'> {
  /** Made by the page for each press, and the same for every attempt to send it. */
  press: string;
}

/** What was decided, and by which press of a button: another than the asking one, when it had been decided before. */
export interface Decided {
  outcome: Outcome;
  press: string;
}

/** Whoever meets a refused attempt begins another; two tabs can't chase each other for ever. */
const attemptsMax = 3;

/**
 * Records a decision as this member's click, the way a click on the platform's own card goes. What changes something can
 * be decided once for a card in a phase: later submissions get the first one's outcome, unless that was a refusal. What
 * only shows something, and what is pressed on a list, can be asked for again with every press.
 *
 * @returns undefined while it is still being handled after `waitMs`; the same press may ask again
 */
export async function decide(
  core: Core,
  shown: Shown,
  decision: Decision,
  waitMs: number,
): Promise<Decided | undefined> {
  const { link } = shown;
  const again = !hasPhases(shown.card.subject) || core.operations.shows(decision.operation);
  const digest = digestOf(link, decision, again ? decision.press : '');
  for (let attempts = 1; ; attempts++) {
    const { attempt, press } = again
      ? { attempt: 1, press: decision.press }
      : await attemptOf(core, link, decision, digest);
    const click: InboundClick = {
      kind: 'click',
      id: pressId(digest, attempt),
      sender: link.memberId,
      at: core.clock.now(),
      card: link.cardId,
      operation: decision.operation,
      arguments: decision.arguments,
      form: decision.form,
      phase: again ? undefined : shown.conversationPhase,
    };
    const { fresh, outcome } = await clicked(core, placeOf(link), link.memberId, click, waitMs);
    if (!outcome) return undefined;
    if (fresh || outcome.ok || press === decision.press || attempts === attemptsMax)
      return { outcome, press };
    await core.db.query(
      `update decisions set attempt = attempt + 1, press = $4, decided_at = $5
        where tenant_id = $1 and digest = $2 and attempt = $3`,
      [link.tenantId, digest, attempt, decision.press, new Date(core.clock.now())],
    );
  }
}

/** What this member has decided on a link's card in the link's phase, newest first. */
export async function decidedOn({ db }: Core, link: PageLink): Promise<Decided[]> {
  const decisions = await db.query<{ digest: Buffer; attempt: number; press: string }>(
    `select digest, attempt, press from decisions
      where tenant_id = $1 and card_id = $2 and member_id = $3 and phase = $4 order by decided_at desc limit 10`,
    [link.tenantId, link.cardId, link.memberId, link.phasePrint],
  );
  const { tenantId, workspaceId: source, memberId: sender } = link;
  const presses = new Map(
    decisions.map(({ digest, attempt, press }) => [
      receiptId({ tenantId, source, sender, externalId: pressId(digest, attempt) }, 'click'),
      press,
    ]),
  );
  const ids = [...presses.keys()];
  const rows = await db.query<{ id: string; outcome: Outcome }>(
    `select id, outcome from invocations where tenant_id = $1 and id = any($2::uuid[])
      order by array_position($2::uuid[], id)`,
    [tenantId, ids],
  );
  return rows.map(({ id, outcome }) => ({ outcome, press: presses.get(id) ?? '' }));
}

/** The attempt that is under way or was carried out; the first of all writes the row. */
async function attemptOf(
  core: Core,
  link: PageLink,
  { operation, press }: Decision,
  digest: Buffer,
): Promise<{ attempt: number; press: string }> {
  await core.db.query(
    `insert into decisions (tenant_id, digest, card_id, member_id, phase, operation, press, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      link.tenantId,
      digest,
      link.cardId,
      link.memberId,
      link.phasePrint,
      operation,
      press,
      new Date(core.clock.now()),
    ],
  );
  const [row] = await core.db.query<{ attempt: number; press: string }>(
    'select attempt, press from decisions where tenant_id = $1 and digest = $2',
    [link.tenantId, digest],
  );
  return row ?? { attempt: 1, press };
}

function digestOf(link: PageLink, decision: Decision, press: string): Buffer {
  const given = Object.entries(decision.arguments).sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = [link.cardId, link.phasePrint, link.memberId, decision.operation, given, press];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

const pressId = (digest: Buffer, attempt: number): string => `page:${digest.toString('hex')}:${attempt}`;

const placeOf = ({ tenantId, workspaceId }: PageLink) => ({ tenantId, id: workspaceId });
