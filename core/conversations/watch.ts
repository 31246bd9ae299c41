import { identityMailbox, type Timer } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { type QueueSettings, settingsOf } from '../queues/settings.js';
import type { Conversation } from './conversation.js';

export type Watch = Extract<Timer, { kind: 'watch' }>;

export const minuteMs = 60_000;

/**
 * There is one such time for each open conversation, set when it comes to its owner. Nobody sets it when somebody writes:
 * it looks often enough by itself to find out, so that watching costs a message nothing.
 */
export function watchAt(
  scene: Scene,
  conversation: Conversation,
  dueAt: number,
  done: Pick<Watch, 'nudged' | 'asked'> = {},
): Promise<void> {
  const { id, epoch } = conversation;
  const timer: Watch = { kind: 'watch', conversationId: id, epoch, ...done };
  return setTimer(scene, identityMailbox(conversation.identityId), timer, dueAt, id);
}

/** From now on somebody may be silent for too long. */
export async function watch(scene: Scene, conversation: Conversation): Promise<void> {
  const every = looksEvery(await settingsOf(scene.tx, scene.tenant.id, conversation.queueId));
  if (every !== undefined) await watchAt(scene, conversation, scene.now + every);
}

/** Late by half of the shortest patience, at most. Undefined: nobody is hurried in this queue. */
export function looksEvery(settings: QueueSettings): number | undefined {
  const { nudgeMinutes, unansweredMinutes, idleRemindMinutes, idleCloseMinutes } = settings;
  const all = [nudgeMinutes, unansweredMinutes, idleRemindMinutes, idleCloseMinutes].filter((one) => one > 0);
  if (all.length === 0) return undefined;
  return Math.min(5, Math.max(0.5, Math.min(...all) / 2)) * minuteMs;
}
