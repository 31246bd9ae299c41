import { channelNames, platformNames, type StandInName } from './platforms.js';
import { boolean, dictionary, number, oneOf, optional, type Shaped, strictObject, text } from './shape.js';

const callKinds = ['latency', 'status', 'code', 'timeout-after-effect', 'drop-before-effect'] as const;
const deliveryKinds = [
  'duplicate',
  'reorder',
  'delay',
  'timeout-after-effect',
  'drop-before-effect',
] as const;
const socketKinds = ['drop-socket', 'deaf-socket'] as const;

export const faultShape = strictObject({
  on: strictObject({
    platform: optional(oneOf(...platformNames, ...channelNames)),
    method: optional(text()),
    path: optional(text()),
    app: optional(text()),
    delivery: optional(oneOf('event', 'callback', 'any')),
    event: optional(text()),
    socket: optional(boolean),
  }),
  kind: oneOf(
    'latency',
    'status',
    'code',
    'duplicate',
    'reorder',
    'delay',
    'timeout-after-effect',
    'drop-before-effect',
    'drop-socket',
    'deaf-socket',
  ),
  times: optional(number),
  skip: optional(number),
  ms: optional(number),
  status: optional(number),
  code: optional(number),
  name: optional(text()),
  headers: optional(dictionary(text())),
});

export type FaultOrder = Shaped<typeof faultShape>;
export type Fault = FaultOrder & { id: string };

/** The troubles that were ordered; each lets `skip` pass, and is used up after `times` uses, if that was given. */
export class Faults {
  readonly #faults: Map<string, Fault>;
  readonly #platform: StandInName | undefined;
  #last = 0;

  constructor(faults = new Map<string, Fault>(), platform?: StandInName) {
    this.#faults = faults;
    this.#platform = platform;
  }

  /** The same troubles as one platform meets them: those that name another are not there. */
  of(platform: StandInName): Faults {
    return new Faults(this.#faults, platform);
  }

  /** @throws Error when the kind cannot happen to what `on` names */
  add(order: FaultOrder): Fault {
    const possible: readonly string[] = order.on.socket
      ? socketKinds
      : order.on.delivery
        ? deliveryKinds
        : callKinds;
    if (!possible.includes(order.kind)) {
      throw new Error(`${order.kind} cannot happen there; possible: ${possible.join(', ')}`);
    }
    this.#last += 1;
    const fault = { ...order, id: `f${this.#last}` };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()].filter((fault) => this.#concerns(fault));
  }

  remove(id: string): boolean {
    return this.#faults.delete(id);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The fault for this API call, if one was ordered. */
  forCall(call: { method: string; path: string; app: string | undefined }): Fault | undefined {
    return this.#take(
      ({ on }) =>
        !on.delivery &&
        !on.socket &&
        (!on.method || on.method.toUpperCase() === call.method) &&
        (!on.path || globMatches(on.path, call.path)) &&
        (!on.app || on.app === call.app),
    );
  }

  forDelivery(delivery: { kind: 'event' | 'callback'; app: string; type: string }): Fault | undefined {
    return this.#take(
      ({ on }) =>
        (on.delivery === 'any' || on.delivery === delivery.kind) &&
        (!on.app || on.app === delivery.app) &&
        (!on.event || on.event === delivery.type),
    );
  }

  forSocket(kind: 'drop-socket' | 'deaf-socket', app: string): Fault | undefined {
    return this.#take(
      (fault) => !!fault.on.socket && fault.kind === kind && (!fault.on.app || fault.on.app === app),
    );
  }

  #concerns({ on }: Fault): boolean {
    return !this.#platform || !on.platform || on.platform === this.#platform;
  }

  #take(matches: (fault: Fault) => boolean): Fault | undefined {
    for (const fault of this.#faults.values()) {
      if (!this.#concerns(fault) || !matches(fault)) continue;
      if (fault.skip) {
        fault.skip -= 1;
        continue;
      }
      if (fault.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) this.#faults.delete(fault.id);
      }
      return fault;
    }
    return undefined;
  }
}

/** `*` stands for anything within a path segment, `**` for anything across them. */
export function globMatches(glob: string, path: string): boolean {
  const pattern = glob
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(path);
}
