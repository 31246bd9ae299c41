import type { Conversation } from '../conversations/conversation.js';
import { memberMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { settingsOf } from '../queues/settings.js';

/**
 * A conversation of theirs was closed: the next is given to them at once, or once they have had the time to write this one
 * up. That they are writing is read from the close itself (`members/load.ts`); this only comes back when it is over.
 */
export async function hasRoom(scene: Scene, closed: Conversation, memberId: string): Promise<void> {
  const { wrapUpSeconds } = await settingsOf(scene.tx, scene.tenant.id, closed.queueId);
  if (wrapUpSeconds === 0) return assignNextTo(scene, memberId);
  await setTimer(scene, memberMailbox(memberId), { kind: 'writtenUp' }, scene.now + wrapUpSeconds * 1_000);
}
