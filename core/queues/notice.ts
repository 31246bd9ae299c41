import { keepCard, type Posting, postCard, redrawCard, redrawCards } from '../cards/post.js';
import type { StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import { type Desk, staffOf } from './queue.js';

export const queueSubject = (queueId: string): string => `queue:${queueId}`;

/**
 * How old a notice may be before somebody new gets a fresh one below it. Where a card can be edited at any time it stays
 * true by itself, and is only renewed once it has surely scrolled away; elsewhere a fresh one is the only way to say
 * anything, and more than one in a few minutes would be noise.
 */
const renewedAfterMs = { always: 30 * 60_000, once: 3 * 60_000, never: 3 * 60_000 };

/**
 * One notice of all who wait in a queue, at a desk where a card for each conversation would be too dear: in the team's
 * group, or to each who serves the queue. Renewed, not multiplied, for somebody who began to wait after it was posted:
 * the older one says that it is, and ends.
 */
export async function keepNotice(
  scene: Scene,
  { queueId, waitingSince }: { queueId: string; waitingSince?: number },
  desk: Desk,
): Promise<void> {
  const abilities = scene.platforms.get(desk.platform)?.abilities;
  if (!abilities) return;
  await oneAtATime(scene, queueId);
  const posted = await postedNotices(scene, queueId, desk.workspaceId);
  for (const posting of await postingsOf(scene, queueId, desk)) {
    const live = posted.get(posting.audience);
    if (!live) await keepCard(scene, posting);
    else if ((waitingSince ?? 0) > live.at && scene.now - live.at >= renewedAfterMs[abilities.cardEdits])
      await renew(scene, posting, live.id);
  }
}

/** Somebody waits no more, or waits longer: notices show it; the last of them says that nobody waits, and ends. */
export async function refreshNotices(scene: Scene, queueId: string): Promise<void> {
  const live = await liveNotices(scene, queueId);
  if (live.length === 0) return;
  await oneAtATime(scene, queueId);
  const [waiting] = await scene.tx.query(
    `select 1 from conversations where tenant_id = $1 and queue_id = $2 and state = 'waiting' limit 1`,
    [scene.tenant.id, queueId],
  );
  if (!waiting) return endNotices(scene, queueId);
  for (const { id, platform } of live) {
    // One that can be changed but once is changed at its end; until then a press on it tells the truth.
    if (scene.platforms.get(platform)?.abilities.cardEdits === 'always') await redrawCard(scene, id);
  }
}

function liveNotices(scene: Scene, queueId: string): Promise<{ id: string; platform: string }[]> {
  return scene.tx.query<{ id: string; platform: string }>(
    `select c.id, w.platform from cards c join workspaces w on w.tenant_id = c.tenant_id and w.id = c.workspace_id
      where c.tenant_id = $1 and c.subject = $2 and c.template = 'waiting' and c.retired_at is null`,
    [scene.tenant.id, queueSubject(queueId)],
  );
}

async function endNotices(scene: Scene, queueId: string): Promise<void> {
  const subject = queueSubject(queueId);
  await redrawCards(scene, subject);
  await scene.tx.query(
    // However late it is drawn, who waits by then is on another one.
    `update cards set retired_at = $3, data = '{"ended": true}'
      where tenant_id = $1 and subject = $2 and template = 'waiting' and retired_at is null`,
    [scene.tenant.id, subject, new Date(scene.now)],
  );
}

/** Who ends a queue's notices and who relies on one being there must not overlook each other. */
async function oneAtATime(scene: Scene, queueId: string): Promise<void> {
  await scene.tx.query('select 1 from queues where tenant_id = $1 and id = $2 for no key update', [
    scene.tenant.id,
    queueId,
  ]);
}

async function postingsOf(scene: Scene, queueId: string, desk: Desk): Promise<Posting[]> {
  const { workspaceId } = desk;
  const card = { subject: queueSubject(queueId), template: 'waiting' } as const;
  if (desk.place !== 'direct' && desk.chat !== undefined) {
    const place: StaffPlace = { kind: 'chat', workspaceId, chat: desk.chat };
    return [{ ...card, audience: 'desk', place }];
  }
  return (await staffOf(scene.tx, scene.tenant.id, queueId, workspaceId)).map((memberId) => ({
    ...card,
    audience: `member:${memberId}`,
    place: { kind: 'direct', workspaceId, memberId },
  }));
}

async function postedNotices(
  scene: Scene,
  queueId: string,
  workspaceId: string,
): Promise<Map<string, { id: string; at: number }>> {
  const rows = await scene.tx.query<{ id: string; audience: string; at: Date }>(
    `select id, audience, coalesce(posted_at, created_at) as at from cards
      where tenant_id = $1 and subject = $2 and template = 'waiting' and workspace_id = $3 and retired_at is null`,
    [scene.tenant.id, queueSubject(queueId), workspaceId],
  );
  return new Map(rows.map((row) => [row.audience, { id: row.id, at: row.at.getTime() }]));
}

async function renew(scene: Scene, posting: Posting, olderId: string): Promise<void> {
  const renewed = await scene.tx.query(
    `update cards set data = '{"renewed": true}' where tenant_id = $1 and id = $2 and retired_at is null returning 1`,
    [scene.tenant.id, olderId],
  );
  // Somebody else who begins to wait at this moment has renewed it.
  if (renewed.length === 0) return;
  // Asked for before it is retired, so that it is drawn once more.
  await redrawCard(scene, olderId);
  await postCard(scene, posting);
}
