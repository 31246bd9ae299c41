import { keepCard } from '../cards/post.js';
import { enqueue } from '../outbox/enqueue.js';
import { destinationOf, type StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import { workable } from '../ports/bot.js';
import { keepNotice } from '../queues/notice.js';
import { desksOf, staffOf } from '../queues/queue.js';
import { type Conversation, subjectOf } from './conversation.js';
import type { CustomerMessage, Note } from './message.js';

/** Shows a waiting conversation at every desk of its queue: in a topic of its own, in the group, or to each agent. */
export async function showAtDesks(scene: Scene, conversation: Conversation): Promise<void> {
  const card = { subject: subjectOf(conversation.id), template: 'desk' } as const;
  for (const desk of await desksOf(scene.tx, scene.tenant.id, conversation.queueId)) {
    const { workspaceId } = desk;
    if (scene.platforms.get(desk.platform)?.abilities.desk === 'queue') {
      await keepNotice(scene, conversation, desk);
    } else if (desk.place === 'topic') {
      const place: StaffPlace = { kind: 'topic', workspaceId, conversationId: conversation.id };
      await keepCard(scene, { ...card, audience: 'desk', place });
    } else if (desk.place === 'group' && desk.chat !== undefined) {
      await keepCard(scene, {
        ...card,
        audience: 'desk',
        place: { kind: 'chat', workspaceId, chat: desk.chat },
      });
    } else {
      for (const memberId of await staffOf(scene.tx, scene.tenant.id, conversation.queueId, workspaceId)) {
        const place: StaffPlace = { kind: 'direct', workspaceId, memberId };
        await keepCard(scene, { ...card, audience: `member:${memberId}`, place });
      }
    }
  }
}

/**
 * It goes to another queue: its cards at the desks of this one say no more of it, and the next ones begin anew. Whoever
 * reads along in a topic of it still does.
 */
export async function leaveDesks(scene: Scene, conversation: Conversation): Promise<void> {
  await scene.tx.query(
    `update cards set retired_at = $3
      where tenant_id = $1 and subject = $2 and template = 'desk' and retired_at is null`,
    [scene.tenant.id, subjectOf(conversation.id), new Date(scene.now)],
  );
}

/**
 * Where a member works on a conversation, in the workspace they were last at work in: in its topic where that workspace
 * shows the queue in topics and lets the bot hear them there, else one to one; one to one too where the platform refused
 * to begin the topic. Undefined: they can't be reached on any platform.
 */
export async function workplaceOf(
  scene: Scene,
  conversation: Conversation,
  memberId: string,
): Promise<StaffPlace | undefined> {
  const [row] = await scene.tx.query<{ workspace_id: string; in_topic: boolean }>(
    `select i.workspace_id, d.place = 'topic' and w.hears_groups and not exists (
              select 1 from cards r where r.tenant_id = i.tenant_id and r.subject = $4 and r.workspace_id = i.workspace_id
                 and r.template = 'desk' and r.retired_at is not null and r.external_id is null) as in_topic
       from member_identities i
       join members m on m.tenant_id = i.tenant_id and m.id = i.member_id
       join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id and w.platform = any($5)
       left join desks d on d.tenant_id = i.tenant_id and d.workspace_id = i.workspace_id and d.queue_id = $3
      where i.tenant_id = $1 and i.member_id = $2 and i.left_at is null
      order by i.workspace_id is distinct from m.workspace_id, d.place is null, d.place = 'direct', i.workspace_id limit 1`,
    [scene.tenant.id, memberId, conversation.queueId, subjectOf(conversation.id), workable(scene.platforms)],
  );
  if (!row) return undefined;
  return row.in_topic
    ? { kind: 'topic', workspaceId: row.workspace_id, conversationId: conversation.id }
    : { kind: 'direct', workspaceId: row.workspace_id, memberId };
}

/** Where a member is told what concerns no conversation: one to one, in the workspace they were last at work in. */
export async function homeOf(scene: Scene, memberId: string): Promise<StaffPlace | undefined> {
  const [row] = await scene.tx.query<{ workspace_id: string }>(
    `select i.workspace_id from member_identities i
       join members m on m.tenant_id = i.tenant_id and m.id = i.member_id
       join workspaces w on w.tenant_id = i.tenant_id and w.id = i.workspace_id and w.platform = any($3)
      where i.tenant_id = $1 and i.member_id = $2 and i.left_at is null
      order by i.workspace_id is distinct from m.workspace_id, i.workspace_id limit 1`,
    [scene.tenant.id, memberId, workable(scene.platforms)],
  );
  return row && { kind: 'direct', workspaceId: row.workspace_id, memberId };
}

/**
 * Shows what was said to the owner and in the conversation's topics, where colleagues read along, except `where` it was
 * said. While nobody owns the conversation, its card shows it.
 */
export async function relayToStaff(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage | Note,
  where?: StaffPlace,
): Promise<void> {
  if (conversation.state !== 'active' || conversation.ownerId === undefined) return;
  // Neither needs the other's answer.
  const [owners, topics] = await Promise.all([
    workplaceOf(scene, conversation, conversation.ownerId),
    topicsOf(scene, conversation),
  ]);
  const places = [...(owners ? [owners] : []), ...topics];
  await relay(scene, message, places, where);
}

/** Shows the owner's own words and notes in the conversation's topics, except `where` they were typed. */
export async function relayToTopics(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage | Note,
  where?: StaffPlace,
): Promise<void> {
  await relay(scene, message, await topicsOf(scene, conversation), where);
}

/** A word for the colleagues who read along in the conversation's topics, except `where` it was caused. */
export async function tellTopics(
  scene: Scene,
  conversation: Conversation,
  words: string,
  where?: StaffPlace,
): Promise<void> {
  const here = where && destinationOf(where);
  for (const to of await topicsOf(scene, conversation))
    if (destinationOf(to) !== here) await enqueue(scene, { kind: 'tell', to, text: words });
}

async function relay(
  scene: Scene,
  message: CustomerMessage | Note,
  places: readonly StaffPlace[],
  where: StaffPlace | undefined,
): Promise<void> {
  const targets = new Map(places.map((place) => [destinationOf(place), place]));
  if (where) targets.delete(destinationOf(where));
  for (const to of targets.values()) await enqueue(scene, { kind: 'relay', to, message });
}

/** The topics a conversation has, in every workspace whose bot hears what is said there. */
async function topicsOf(scene: Scene, conversation: Conversation): Promise<StaffPlace[]> {
  const rows = await scene.tx.query<{ workspace_id: string }>(
    `select distinct c.workspace_id from cards c
       join workspaces w on w.tenant_id = c.tenant_id and w.id = c.workspace_id and w.hears_groups
      where c.tenant_id = $1 and c.subject = $2 and c.template = 'desk' and c.audience = 'desk'
        and c.place ->> 'kind' = 'topic' and (c.external_id is not null or c.retired_at is null)`,
    [scene.tenant.id, subjectOf(conversation.id)],
  );
  return rows.map((row) => ({
    kind: 'topic',
    workspaceId: row.workspace_id,
    conversationId: conversation.id,
  }));
}
