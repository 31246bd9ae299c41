import type { StaffPlace } from '../outbox/place.js';
import type { Call } from './operation.js';

/** Where to show a member what they asked for: where they typed, or one to one when a button asked. */
export function originPlace({ invocation: { origin }, caller }: Call): StaffPlace | undefined {
  if (origin.kind === 'typed') return origin.place;
  if (origin.kind !== 'click' || !caller) return undefined;
  return { kind: 'direct', workspaceId: origin.workspaceId, memberId: caller.id };
}
