import type { ServerResponse } from 'node:http';
import type { Reply, Request } from './http.js';
import type { StandInName } from './platforms.js';

export interface Happening {
  type: 'message' | 'update' | 'recall' | 'chat' | 'toast' | 'clock' | 'reload';
  [field: string]: unknown;
}

/** Tells the people at the page; only `audience`, or everybody when it is left out. */
export interface Teller {
  tell(happening: Happening, audience?: Iterable<string>): void;
}

interface Told extends Happening {
  id: number;
  platform?: StandInName;
}

/** Who listens: one person or all, on one platform or all. */
interface Reader {
  as: string | undefined;
  platform: string | undefined;
}

interface Entry {
  told: Told;
  /** Who may see it; everybody when absent. */
  audience: ReadonlySet<string> | undefined;
}

const KEPT = 1_000;
const HEARTBEAT_MS = 20_000;

/** Server-sent events for the people at the page, with the last thousand kept for those who reconnect. */
export class Stream implements Teller {
  readonly #kept: Entry[] = [];
  readonly #readers = new Map<ServerResponse, Reader>();
  readonly #heartbeat: NodeJS.Timeout;
  #last: number;

  /** @param first where ids begin; real time in ms, so that they also grow across restarts */
  constructor(first: number) {
    this.#last = first;
    this.#heartbeat = setInterval(() => {
      for (const response of this.#readers.keys()) response.write(': alive\n\n');
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** The same stream as one platform tells it; what it tells carries its name. */
  of(platform: StandInName): Teller {
    return { tell: (happening, audience) => this.#tell({ platform, ...happening }, audience) };
  }

  tell(happening: Happening, audience?: Iterable<string>): void {
    this.#tell(happening, audience);
  }

  #tell(happening: Omit<Told, 'id'> & Happening, audience?: Iterable<string>): void {
    this.#last += 1;
    const entry = {
      told: { id: this.#last, ...happening },
      audience: audience ? new Set(audience) : undefined,
    };
    this.#kept.push(entry);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const [response, reader] of this.#readers) if (mayRead(entry, reader)) write(response, entry.told);
  }

  open(request: Request): Reply {
    const reader = {
      as: request.query.get('as') ?? undefined,
      platform: request.query.get('platform') ?? undefined,
    };
    const after = Number(request.headers['last-event-id'] ?? request.query.get('after') ?? Number.NaN);
    return {
      hold: (response) => {
        response.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache',
          'x-accel-buffering': 'no',
        });
        response.write('retry: 1000\n\n');
        this.#replay(response, reader, after);
        this.#readers.set(response, reader);
        response.on('close', () => this.#readers.delete(response));
      },
    };
  }

  #replay(response: ServerResponse, reader: Reader, after: number): void {
    if (!Number.isFinite(after)) return;
    const oldest = this.#kept[0]?.told.id ?? this.#last + 1;
    if (after < oldest - 1) write(response, { id: this.#last, type: 'reload' });
    for (const entry of this.#kept) {
      if (entry.told.id > after && mayRead(entry, reader)) write(response, entry.told);
    }
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const response of this.#readers.keys()) response.end();
  }
}

function mayRead({ told, audience }: Entry, { as, platform }: Reader): boolean {
  const elsewhere = platform !== undefined && told.platform !== undefined && told.platform !== platform;
  return !elsewhere && (as === undefined || audience === undefined || audience.has(as));
}

function write(response: ServerResponse, told: Told): void {
  response.write(`id: ${told.id}\ndata: ${JSON.stringify(told)}\n\n`);
}
