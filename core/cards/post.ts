import { destinationOf, redrawingAt, type StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import type { CardName } from './card.js';

/** A card to be shown: a template over a subject, for an audience, at a place. */
export interface Posting {
  subject: string;
  template: CardName;
  /** 'desk' for everybody there, or `member:<id>`. */
  audience: string;
  place: StaffPlace;
  /** What the view needs besides the subject: a question asked, a queue chosen. */
  data?: Record<string, unknown>;
}

/** Shows a card that stays true: there is one for each audience, and it is drawn again whenever its subject changes. */
export async function keepCard(scene: Scene, posting: Posting): Promise<void> {
  await insertCard(scene, posting, 'on conflict do nothing');
}

/** Shows a card anew, below what was said since; an older one like it is no longer drawn, but still answers clicks. */
export async function postCard(scene: Scene, posting: Posting): Promise<string | undefined> {
  await scene.tx.query(
    `update cards set retired_at = $6
      where tenant_id = $1 and subject = $2 and template = $3 and audience = $4 and workspace_id = $5 and retired_at is null`,
    [
      scene.tenant.id,
      posting.subject,
      posting.template,
      posting.audience,
      posting.place.workspaceId,
      new Date(scene.now),
    ],
  );
  return insertCard(scene, posting, '');
}

async function insertCard(
  scene: Scene,
  posting: Posting,
  conflict: '' | 'on conflict do nothing',
): Promise<string | undefined> {
  const [card] = await scene.tx.query<{ id: string }>(
    `insert into cards (tenant_id, id, subject, template, audience, workspace_id, destination, place, data, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ${conflict} returning id`,
    [
      scene.tenant.id,
      scene.ids.next(),
      posting.subject,
      posting.template,
      posting.audience,
      posting.place.workspaceId,
      destinationOf(posting.place),
      JSON.stringify(posting.place),
      JSON.stringify(posting.data ?? {}),
      new Date(scene.now),
    ],
  );
  if (card) await redrawCard(scene, card.id);
  return card?.id;
}

/**
 * The subject changed: each of its live cards is asked for, once however often it changes before it is drawn. A drawing
 * that was asked for already is written to all the same: whoever composed it before this change was committed finds out.
 */
export async function redrawCards(scene: Scene, subject: string): Promise<void> {
  await requestDrawings(scene, 'subject = $2 and retired_at is null', subject);
}

/** One card is asked for, whatever it is about. */
export async function redrawCard(scene: Scene, id: string): Promise<void> {
  await requestDrawings(scene, 'id = $2', id);
}

async function requestDrawings(
  scene: Scene,
  where: 'id = $2' | 'subject = $2 and retired_at is null',
  value: string,
): Promise<void> {
  const cards = await scene.tx.query<{ id: string; destination: string; posted: boolean }>(
    `select id, destination, external_id is not null as posted from cards where tenant_id = $1 and ${where}`,
    [scene.tenant.id, value],
  );
  if (cards.length === 0) return;
  const destinations = cards.map((card) => drawnAt(card));
  await scene.tx.query(
    `insert into outbox (tenant_id, destination, id, kind, body, card_id, created_at)
     select $1, destination, id, 'draw', '{}', card_id, $2
       from unnest($3::text[], $4::uuid[], $5::uuid[]) as drawing (destination, id, card_id)
     on conflict (tenant_id, card_id) where card_id is not null and state = 'pending'
     do update set body = excluded.body`,
    [
      scene.tenant.id,
      new Date(scene.now),
      destinations,
      cards.map(() => scene.ids.next()),
      cards.map((card) => card.id),
    ],
  );
  for (const name of new Set(destinations)) {
    scene.hints.push({ kind: 'destination', tenantId: scene.tenant.id, name });
  }
}

/** A card is posted among what is said at its place; from then on it is redrawn beside that. */
export const drawnAt = (card: { destination: string; posted: boolean }): string =>
  card.posted ? redrawingAt(card.destination) : card.destination;
