import { memberMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { redrawCard } from './post.js';

/** What a click's answer showed on a card. */
export interface Answered {
  cardId: string;
  version: number;
  phase: string;
}

/** Long enough to read the word that came with the answer, and short enough for nobody to rely on a card that never changed. */
const confirmedAfterMs = 8_000;

/**
 * Nobody tells whether the answer to a click arrived, and a card that was never changed offers what is decided already. So
 * after an answer that decided something the card is drawn once more, unless it was meanwhile.
 */
export const confirmLater = (scene: Scene, memberId: string, answered: Answered): Promise<void> =>
  setTimer(scene, memberMailbox(memberId), { kind: 'confirm', ...answered }, scene.now + confirmedAfterMs);

export async function confirm(scene: Scene, { cardId, version, phase }: Answered): Promise<void> {
  const stands = await scene.tx.query(
    `update cards set drawn_version = 0 where tenant_id = $1 and id = $2 and drawn_version = $3 and drawn_phase = $4
     returning 1`,
    [scene.tenant.id, cardId, version, phase],
  );
  if (stands.length > 0) await redrawCard(scene, cardId);
}
