/** Something the visitor said that the server has not yet shown back. `id` stays the same for every attempt. */
export interface Pending {
  id: string;
  at: number;
  text?: string;
  /** The name of a file that is held in memory, and its ticket once it is uploaded. */
  file?: string;
  media?: string;
  quote?: { ref: string; id: string };
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  /** The code of the error it failed with. */
  why?: string;
}

const kept = 50;
const keptMs = 24 * 3_600_000;

/** What outlives the page: words that did not arrive yet. Files do not fit there. */
export function toKeep(pending: readonly Pending[]): string {
  const words = pending.filter(({ text, state }) => text !== undefined && state !== 'sent');
  return JSON.stringify(words.slice(-kept));
}

/** What an earlier page left behind, ready to be sent again under the same ids; whatever is odd is left out. */
export function fromKept(stored: string | null, now: number): Pending[] {
  let values: unknown;
  try {
    values = JSON.parse(stored ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(values)) return [];
  const words: Pending[] = [];
  for (const value of values.slice(-kept)) {
    const { id, at, text, quote } = Object(value);
    if (typeof id !== 'string' || typeof text !== 'string' || typeof at !== 'number' || now - at > keptMs)
      continue;
    const quoted = typeof quote?.ref === 'string' && typeof quote?.id === 'string';
    words.push({
      id,
      at,
      text,
      quote: quoted ? { ref: quote.ref, id: quote.id } : undefined,
      state: 'waiting',
    });
  }
  return words;
}
