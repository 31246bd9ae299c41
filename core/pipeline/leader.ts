import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Database } from '../storage/database.js';
import type { Hints } from './hints.js';
import { type Lease, releaseLease, takeLease } from './lease.js';

const lifeMs = 15_000;
const renewEveryMs = 5_000;

/**
 * Whether this process is the one that may do something of which there must be only one, such as holding a connection
 * that throws out every other. It leads for as long as its lease is renewed; a leader that dies is followed within seconds,
 * one that stops at once.
 */
export class Leader {
  private readonly timer: NodeJS.Timeout;
  private lease: Lease | undefined;
  private leadsUntil = 0;
  private renewing: Promise<void> = Promise.resolve();
  private readonly deaf: () => void;

  constructor(
    private readonly parts: { db: Database; clock: Clock; log: Logger; hints: Hints; processId: string },
    private readonly tenantId: string,
    private readonly name: string,
    /** It leads from now on. */
    private readonly onLead: () => void = () => {},
  ) {
    this.renew();
    this.timer = setInterval(() => this.renew(), renewEveryMs);
    this.deaf = parts.hints.hear((hint, here) => {
      if (hint.kind === 'lead' && hint.name === name && !here) this.renew();
    });
  }

  leads(): boolean {
    return this.parts.clock.now() < this.leadsUntil;
  }

  /** Until the question under way has its answer, so that nobody has to wait for the next look to know. */
  asked(): Promise<void> {
    return this.renewing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.deaf();
    await this.renewing;
    this.leadsUntil = 0;
    if (!this.lease) return;
    await releaseLease(this.parts.db, this.lease);
    this.parts.hints.give([{ kind: 'lead', tenantId: this.tenantId, name: this.name }]);
  }

  private renew(): void {
    this.renewing = this.renewing.then(async () => {
      const { db, clock, log, processId: holder } = this.parts;
      const now = clock.now();
      try {
        this.lease = await takeLease(db, { tenantId: this.tenantId, name: this.name, holder, now, lifeMs });
        const led = this.leads();
        // Counted from before the question: the answer may have taken its time.
        if (this.lease) this.leadsUntil = now + lifeMs;
        if (this.lease && !led) this.onLead();
      } catch (error) {
        log.warn({ error, name: this.name }, 'a lead could not be renewed');
      }
    });
  }
}
