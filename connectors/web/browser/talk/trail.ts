import type { ClientFrame } from '../../frames.js';
import type { Memory } from './memory.js';

type Seen = Extract<ClientFrame, { type: 'pages' }>['pages'][number];

const kept = 10;
/** Sites change their address without a word to anybody else; it is looked at so often. */
const lookEveryMs = 1_500;
/** A page is told of once somebody stays on it. */
const settledMs = 800;

/** The pages a visitor looks at, on this site: what has not been told yet is kept over the way from one to the next. */
export interface Trail {
  /** What has not been told, newest last. */
  untold(): Seen[] | undefined;
  /** These have been told. */
  told(seen: readonly Seen[] | undefined): void;
}

export function trailOf(memory: Memory, moved: () => void): Trail {
  let seen: Seen[] = recall(memory);
  let address = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    if (location.href === address) return;
    address = location.href;
    clearTimeout(timer);
    // Its title often comes a moment after its address.
    timer = setTimeout(() => {
      const url = location.href.split('#')[0]?.slice(0, 2_000) ?? '';
      if (seen.at(-1)?.url === url) return;
      seen = [...seen, { url, title: document.title.slice(0, 200), at: Date.now() }].slice(-kept);
      keep();
      moved();
    }, settledMs);
  }
  const keep = (): void => memory.set('trail', JSON.stringify(seen));

  look();
  addEventListener('popstate', look);
  setInterval(look, lookEveryMs);
  return {
    untold: () => (seen.length > 0 ? seen : undefined),
    told(some) {
      if (!some) return;
      seen = seen.filter((one) => !some.includes(one));
      keep();
    },
  };
}

function recall(memory: Memory): Seen[] {
  try {
    const known: unknown = JSON.parse(memory.get('trail') ?? '[]');
    return Array.isArray(known) ? known.filter(isSeen).slice(-kept) : [];
  } catch {
    return [];
  }
}

const isSeen = (value: unknown): value is Seen =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  typeof value.url === 'string' &&
  'at' in value &&
  typeof value.at === 'number';
