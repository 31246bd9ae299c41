import pg from 'pg';

const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
/** A connection that a firewall forgot looks alive until something is sent through it. */
const HEARTBEAT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;

type Heard = (payload: string) => void;

/**
 * Listens on a connection of its own, which is opened again by itself. What is sent while it is away is lost, so every
 * listener then hears an empty payload and can look for what it missed.
 */
export class Notifications {
  private readonly listeners = new Map<string, Set<Heard>>();
  private connection: Promise<pg.Client> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly config: pg.ClientConfig,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Resolves when everything sent from now on will be heard. @returns the way to stop */
  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    const ears = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, ears.add(heard));
    try {
      const client = await this.connected();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.forget(channel, heard);
      throw error;
    }
    return async () => {
      if (!this.forget(channel, heard) || !this.connection) return;
      const client = await this.connection;
      await client.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {}); // gone with its connection, then
    };
  }

  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.retry);
    clearInterval(this.heartbeat);
    this.listeners.clear();
    const client = await this.connection?.catch(() => undefined);
    this.connection = undefined;
    await client?.end();
  }

  /** @returns whether nobody else listens on the channel */
  private forget(channel: string, heard: Heard): boolean {
    const ears = this.listeners.get(channel);
    ears?.delete(heard);
    return ears?.size === 0 && this.listeners.delete(channel);
  }

  private connected(): Promise<pg.Client> {
    if (!this.connection) {
      const opening = this.open();
      opening.catch(() => {
        if (this.connection === opening) this.connection = undefined;
      });
      this.connection = opening;
    }
    return this.connection;
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.config, query_timeout: ANSWER_TIMEOUT_MS });
    client.on('notification', ({ channel, payload = '' }) => this.tell(channel, payload));
    client.on('error', () => {}); // 'end' follows
    await client.connect();
    client.once('end', () => this.lost());
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => {
      client.query('select 1').catch(() => client.connection.stream.destroy()); // 'end' follows
    }, HEARTBEAT_MS).unref();
    return client;
  }

  private lost(): void {
    this.connection = undefined;
    clearInterval(this.heartbeat);
    if (!this.ended && this.listeners.size > 0) this.reopen(RETRY_FIRST_MS);
  }

  private reopen(delayMs: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(async () => {
      try {
        const client = await this.connected();
        for (const channel of this.listeners.keys())
          await client.query(`listen ${pg.escapeIdentifier(channel)}`);
        for (const channel of this.listeners.keys()) this.tell(channel, '');
      } catch (error) {
        this.onError(error instanceof Error ? error : new Error(String(error)));
        if (!this.ended) this.reopen(Math.min(delayMs * 2, RETRY_MAX_MS));
      }
    }, delayMs);
  }

  private tell(channel: string, payload: string): void {
    for (const heard of this.listeners.get(channel) ?? []) {
      try {
        heard(payload);
      } catch (error) {
        this.onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
