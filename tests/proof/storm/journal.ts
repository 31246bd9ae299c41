/** What the sandbox wrote down of the storm, read before it forgets: deliveries to the product, and the product's calls. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Stage } from '../../stage.js';
import type { Book } from './said.js';

const deliverySchema = z.object({
  n: z.number(),
  platform: z.string(),
  app: z.string(),
  kind: z.string(),
  type: z.string(),
  eventId: z.string(),
  attempt: z.number(),
  outcome: z.string(),
});
const callSchema = z.object({
  n: z.number(),
  platform: z.string(),
  path: z.string(),
  status: z.number(),
  code: z.number(),
  fault: z.string().optional(),
});

interface Delivery {
  app: string;
  isMessage: boolean;
  attempts: number;
  isAccepted: boolean;
}

/** What somebody's words are called, as each platform names its deliveries. */
const messageTypes = new Set(['im.message.receive_v1', '/v1.0/im/bot/messages/get', 'text']);
/** When a failed delivery comes again, of the platform that tries most patiently. */
const delays = ['0 s', '15 s', '5 min', '1 h', '6 h'];
const lookEveryMs = 30;
const firstWithinMs = 60_000;

export type Journal = ReturnType<typeof openJournal>;

export function openJournal(stage: Stage, book: Book) {
  const deliveries = new Map<string, Delivery>();
  const counted: Record<string, number> = {};
  const count = (what: string) => {
    counted[what] = (counted[what] ?? 0) + 1;
  };
  let [lastDelivery, lastCall] = [0, 0];
  let looking: Promise<void> = Promise.resolve();
  /** Each is somebody's words, and nobody's else. */
  const taken = new Set<string>();

  function hear(record: z.infer<typeof deliverySchema>): void {
    const { eventId, app, outcome, attempt, platform, type, kind } = record;
    const isMessage = kind === 'event' && messageTypes.has(type);
    const known = deliveries.get(eventId) ?? { app, isMessage, attempts: 0, isAccepted: false };
    if (attempt <= known.attempts) count('deliveries doubled at once');
    else if (attempt > 1 && platform === 'feishu')
      count(`deliveries come again after ${delays[attempt - 1]}`);
    else if (attempt > 1) count(`deliveries come again, ${platform}`);
    known.attempts = Math.max(known.attempts, attempt);
    deliveries.set(eventId, known);
    if (outcome !== 'ok') count('deliveries that failed');
    if (outcome !== 'ok' || known.isAccepted) return;
    known.isAccepted = true;
    const said = book.all.find(({ delivery }) => delivery === eventId);
    if (said) said.acceptedAt = book.tick();
  }

  async function lookOnce(): Promise<void> {
    const [told, asked] = await Promise.all([
      stage.sandbox.control<{ deliveries: unknown }>('GET', `deliveries?since=${lastDelivery}`),
      stage.sandbox.control<{ calls: unknown }>('GET', `calls?since=${lastCall}`),
    ]);
    for (const record of z.array(deliverySchema).parse(told.deliveries)) {
      if (record.n > lastDelivery + 1 && lastDelivery > 0) count('deliveries that the sandbox forgot');
      lastDelivery = record.n;
      hear(record);
    }
    for (const { n, platform, path, status, code, fault } of z.array(callSchema).parse(asked.calls)) {
      lastCall = n;
      count('calls of platforms');
      if (fault !== undefined) count(`calls with a fault: ${fault}`);
      if (status === 429) count('calls answered 429');
      if (status >= 500) count('calls answered 5xx');
      if (status < 400 && code !== 0 && fault === undefined)
        count(`calls refused by ${platform}: ${path.split('?')[0]} ${code}`);
    }
  }

  const look = (): Promise<void> => {
    looking = looking.then(lookOnce, lookOnce);
    return looking;
  };

  return {
    look,
    counted,
    /** The delivery that began last at this app and is nobody's yet: that of what was just said there. */
    async carrierAt(app: string): Promise<string> {
      const end = performance.now() + firstWithinMs;
      for (;;) {
        await look();
        for (const [id, one] of deliveries)
          if (one.app === app && one.isMessage && !taken.has(id)) {
            taken.add(id);
            return id;
          }
        if (performance.now() > end) throw new Error(`nothing was delivered to ${app}`);
        await delay(lookEveryMs);
      }
    },
    /** What was delivered until now was nobody's words in the storm. */
    async begins(): Promise<void> {
      await look();
      for (const id of deliveries.keys()) taken.add(id);
    },
    isAccepted: (delivery: string): boolean => deliveries.get(delivery)?.isAccepted === true,
  };
}
