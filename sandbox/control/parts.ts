import type { Clock } from '../kernel/clock.js';
import type { DeliveryRecord } from '../kernel/deliveries.js';
import type { Faults } from '../kernel/faults.js';
import type { Journal } from '../kernel/journal.js';
import type { StandInName } from '../kernel/platforms.js';
import type { Ring } from '../kernel/ring.js';
import type { Teller } from '../kernel/stream.js';

/** What a platform's stand-in is made from. `faults` and `stream` are already the platform's own view of the common ones. */
export interface PlatformParts {
  /** Where bytes may be kept; each platform in a folder of its own name, but for Feishu's `resources`. */
  dir: string;
  /** Tables are named `<platform>.<what>`. */
  journal: Journal;
  clock: Clock;
  realNow: () => number;
  /** 16 random bytes in hex. */
  random: () => string;
  faults: Faults;
  stream: Teller;
  calls: Ring<CallRecord>;
  deliveries: Ring<DeliveryRecord>;
  drops: Ring<DropRecord>;
  say: (line: string) => void;
}

/** One API call of the product, as `GET /control/calls` tells of it; without secrets. */
export interface CallRecord {
  at: number;
  platform: StandInName;
  method: string;
  path: string;
  app: string | undefined;
  status: number;
  code: number;
  /** The platform's own code where that is no number. */
  error?: string;
  /** Real time it took. */
  ms: number;
  body: unknown;
  fault?: string;
  /** Why the platform answered "ok" and yet did nothing, for all or some of the receivers. */
  dropped?: string;
}

/** One message that a platform accepted and then did not deliver, as `GET /control/drops` tells of it. */
export interface DropRecord {
  at: number;
  platform: StandInName;
  app: string;
  /** Who did not get it: a person's id, or a chat's. */
  person: string;
  why: string;
}
