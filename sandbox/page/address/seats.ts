/** One client of the staff's side: which platform's, who sits at it, and the open chat (for a bot: its app id). */
export interface Seat {
  im: string;
  as: string | null;
  chat: string | null;
}

/** Who sits where, kept in the page's own address so that every tab can be somebody else. */
export interface Seats {
  /** One or two clients side by side. */
  panes: Seat[];
  /** Present but empty means an anonymous visitor; absent means nobody has chosen yet. */
  customer: string | null;
}

export const PANES_MAX = 2;
/** Whose client is meant when none is named. */
const usual = 'feishu';

/** Reads `?im=wecom&as=lin&chat=…&customer=wang`, or for two clients `?panes=feishu:lin,dingtalk:chen:<chat>&customer=wang`. */
export function readSeats(search: string): Seats {
  const query = new URLSearchParams(search);
  const customer = query.get('customer');
  const panes = query.get('panes')?.split(',').filter(Boolean).slice(0, PANES_MAX).map(readPane) ?? [];
  const [im, as, chat] = ['im', 'as', 'chat'].map((name) => query.get(name));
  const one = { im: im ?? usual, as: as ?? null, chat: chat ?? null };
  return { panes: panes.length > 0 ? panes : [one], customer };
}

/** The same address again; what is usual is left out. */
export function seatsAddress({ panes, customer }: Seats): string {
  const [first] = panes;
  const one = first && { im: first.im === usual ? null : first.im, as: first.as, chat: first.chat };
  const staff = panes.length > 1 ? { panes: panes.map(writePane).join(',') } : one;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...staff, customer })) {
    if (value !== null) query.set(name, value);
  }
  // Readable in the address bar: neither has a meaning of its own in a query.
  return `?${query}`.replaceAll('%3A', ':').replaceAll('%2C', ',');
}

function readPane(text: string): Seat {
  const [im = '', as = '', chat = ''] = text.split(':').map(decoded);
  return { im, as: as || null, chat: chat || null };
}

const writePane = ({ im, as, chat }: Seat): string =>
  [im, as ?? '', chat ?? ''].map(encodeURIComponent).join(':').replace(/:+$/, '');

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
