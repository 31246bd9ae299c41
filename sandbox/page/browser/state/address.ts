/** Who sits at each side, kept in the page's own address so that every tab can be somebody else. */
export interface Seats {
  as: string | null;
  customer: string | null;
  chat: string | null;
}

/** `customer` present but empty means an anonymous visitor; absent means nobody has chosen yet. */
export function readSeats(): Seats {
  const query = new URLSearchParams(location.search);
  return { as: query.get('as'), customer: query.get('customer'), chat: query.get('chat') };
}

export function writeSeats(seats: Seats): void {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(seats)) if (value !== null) query.set(name, value);
  history.replaceState(null, '', `?${query}`);
}
