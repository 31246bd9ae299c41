import type { Clock } from '../../core/clock.js';
import { type Frame, headerOf } from './frame.js';

const patienceMs = 10_000;
const partsMax = 256;

/**
 * Puts frames together that were sent in parts (`sum` of them, each with its `seq`). What is still incomplete after ten
 * seconds is forgotten, as the official SDK does: nothing was acknowledged, so it will be sent again.
 */
export function fragments(clock: Clock): { join(frame: Frame): Frame | undefined } {
  const sets = new Map<string, { since: number; parts: Map<number, Buffer> }>();

  return {
    join(frame) {
      const sum = Number(headerOf(frame, 'sum') ?? 1);
      if (!(sum > 1)) return frame;
      const seq = Number(headerOf(frame, 'seq'));
      const name = headerOf(frame, 'message_id');
      if (name === undefined || sum > partsMax || !(seq >= 0 && seq < sum)) return undefined;

      const now = clock.now();
      for (const [other, { since }] of sets) if (now - since > patienceMs) sets.delete(other);
      const set = sets.get(name) ?? { since: now, parts: new Map() };
      set.parts.set(seq, frame.payload ?? Buffer.alloc(0));
      sets.set(name, set);
      if (set.parts.size < sum) return undefined;

      sets.delete(name);
      const inOrder = [...set.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      return { ...frame, headers: withoutParts(frame), payload: Buffer.concat(inOrder) };
    },
  };
}

const withoutParts = (frame: Frame) =>
  frame.headers.map((header) => {
    if (header.key === 'sum') return { key: 'sum', value: '1' };
    return header.key === 'seq' ? { key: 'seq', value: '0' } : header;
  });
