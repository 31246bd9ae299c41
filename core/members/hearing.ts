import type { Conversation } from '../conversations/conversation.js';
import type { Origin } from '../operations/operation.js';
import type { Operations } from '../operations/registry.js';
import type { StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import type { Member } from './member.js';

/** What is known where a member's words are handled. */
export interface Hearing {
  scene: Scene;
  operations: Operations;
  member: Member;
  workspaceId: string;
  /** The id of the call that these words become, the same for every delivery of them. */
  callId: string;
  /** When the member did it, never after now. */
  at: number;
}

export type DirectPlace = Extract<StaffPlace, { kind: 'direct' }>;

/** What a member's words, click or second thought means is called in their own mailbox. */
export function call(
  hearing: Hearing,
  operation: string,
  input: Record<string, unknown>,
  origin: Origin,
  phase?: string,
  conversation?: Conversation,
): Promise<void> {
  const { scene, operations, member, callId, at } = hearing;
  const { id, name, role } = member;
  return operations.call(
    scene,
    { id: callId, operation, actor: { kind: 'member', id }, input, origin, at, phase },
    { caller: { id, name, role }, conversation },
  );
}
