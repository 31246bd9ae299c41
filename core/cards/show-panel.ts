import type { Call } from '../operations/operation.js';
import { oneToOne } from '../operations/origin.js';
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
): Promise<void> {
  const { scene, caller } = call;
  const place = oneToOne(call);
  if (!place || !caller) return;
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
