import type { StaffPlace } from '../outbox/place.js';
import type { Call } from './operation.js';

/** For the caller alone, even when they ask in a group. */
export function oneToOne(call: Call): StaffPlace | undefined {
  const asked = originPlace(call);
  // Some platforms can only be answered where they asked for it (`StaffPlace.reply`).
  if (asked?.kind === 'direct') return asked;
  return asked && call.caller
    ? { kind: 'direct', workspaceId: asked.workspaceId, memberId: call.caller.id }
    : undefined;
}

/** Where to show a member what they asked for: where they typed, or one to one when a button asked. */
export function originPlace({ invocation: { origin }, caller }: Call): StaffPlace | undefined {
  if (origin.kind === 'typed') return origin.place;
  if (origin.kind !== 'click' || !caller) return undefined;
  return { kind: 'direct', workspaceId: origin.workspaceId, memberId: caller.id };
}
