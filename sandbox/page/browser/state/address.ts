/** Who sits at each side, kept in the page's own address so that every tab can be somebody else. */
export interface Seats {
  /** Which platform's client; Feishu's when absent. */
  im: string | null;
  as: string | null;
  customer: string | null;
  chat: string | null;
}

/** `customer` present but empty means an anonymous visitor; absent means nobody has chosen yet. */
export function readSeats(): Seats {
  const query = new URLSearchParams(location.search);
  const [im, as, customer, chat] = ['im', 'as', 'customer', 'chat'].map((name) => query.get(name));
  return { im: im ?? null, as: as ?? null, customer: customer ?? null, chat: chat ?? null };
}

export function writeSeats(seats: Seats): void {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(seats)) if (value !== null) query.set(name, value);
  history.replaceState(null, '', `?${query}`);
}
