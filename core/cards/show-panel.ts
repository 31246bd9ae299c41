import type { Call } from '../operations/operation.js';
import { oneToOne } from '../operations/origin.js';
import type { StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import type { Panel } from './panel.js';
import { postCard, redrawCard, redrawCards } from './post.js';

/**
 * Shows a panel to the caller alone. Pressed on a panel of the same kind it turns that one over (the next page, another
 * filter); else it is posted anew where they asked.
 */
export async function showPanel(
  call: Call,
  { name }: Pick<Panel, 'name'>,
  asked: Record<string, unknown>,
): Promise<string | undefined> {
  const { scene, caller } = call;
  const place = oneToOne(call);
  if (!place || !caller) return undefined;
  const data = { panel: name, asked };
  const pressed = await pressedCard(call, name);
  if (pressed === undefined) {
    const audience = `member:${caller.id}`;
    return postCard(scene, { subject: subjectOf(name, caller.id), template: 'panel', audience, place, data });
  }
  await scene.tx.query('update cards set data = $3 where tenant_id = $1 and id = $2', [
    scene.tenant.id,
    pressed,
    JSON.stringify(data),
  ]);
  await redrawCard(scene, pressed);
  return pressed;
}

/**
 * The member's panel of this kind shows something else now, which took a while to find out: turned over where it stands if
 * it still shows what it was asked for then, else posted anew at `place`.
 */
export async function turnPanel(
  scene: Scene,
  { name }: Pick<Panel, 'name'>,
  { memberId, place }: { memberId: string; place: StaffPlace },
  asked: Record<string, unknown>,
): Promise<void> {
  const subject = subjectOf(name, memberId);
  const data = { panel: name, asked };
  const canEdit = await isEditable(scene, place.workspaceId);
  const turned = canEdit
    ? await scene.tx.query(
        `update cards set data = $3 where tenant_id = $1 and subject = $2 and workspace_id = $4 and retired_at is null
            and data #>> '{asked,part}' = $5 returning 1`,
        [scene.tenant.id, subject, JSON.stringify(data), place.workspaceId, String(asked.part ?? '')],
      )
    : [];
  if (turned.length > 0) return redrawCards(scene, subject);
  await postCard(scene, { subject, template: 'panel', audience: `member:${memberId}`, place, data });
}

async function isEditable({ tx, tenant, platforms }: Scene, workspaceId: string): Promise<boolean> {
  const [workspace] = await tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [tenant.id, workspaceId],
  );
  return platforms.get(workspace?.platform ?? '')?.abilities.cardEdits === 'always';
}

/** What a member's panel of this kind shows has changed. */
export const redrawPanel = (scene: Scene, { name }: Pick<Panel, 'name'>, memberId: string): Promise<void> =>
  redrawCards(scene, subjectOf(name, memberId));

const subjectOf = (name: string, memberId: string): string => `panel:${name}:${memberId}`;

/** The panel of this kind that the caller pressed a button of. */
async function pressedCard(
  { scene, caller, invocation: { origin } }: Call,
  name: string,
): Promise<string | undefined> {
  if (origin.kind !== 'click' || !origin.on) return undefined;
  const [card] = await scene.tx.query<{ id: string }>(
    `select c.id from cards c
      where c.tenant_id = $1 and c.template = 'panel' and c.audience = $4 and c.data ->> 'panel' = $5 and c.id = coalesce(
              $2::uuid, (select card_id from appearances where tenant_id = $1 and source = $6 and external_id = $3))`,
    [
      scene.tenant.id,
      origin.on.card ?? null,
      origin.on.messageId ?? null,
      `member:${caller?.id}`,
      name,
      origin.workspaceId,
    ],
  );
  return card?.id;
}

/** What a member's panel of this kind was last asked to show. */
export async function askedOf(
  scene: Scene,
  { name }: Pick<Panel, 'name'>,
  memberId: string,
): Promise<unknown> {
  const [card] = await scene.tx.query<{ asked: unknown }>(
    `select data -> 'asked' as asked from cards where tenant_id = $1 and subject = $2 and retired_at is null
      order by created_at desc limit 1`,
    [scene.tenant.id, subjectOf(name, memberId)],
  );
  return card?.asked;
}
