import { z } from 'zod';
import type { Logger } from '../log.js';
import type { Database } from '../storage/database.js';

export const hintSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mailbox'), tenantId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('destination'), tenantId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('task'), tenantId: z.string(), id: z.string() }),
  z.object({ kind: z.literal('outcome'), tenantId: z.string(), id: z.string() }),
  z.object({
    kind: z.literal('news'),
    tenantId: z.string(),
    accountId: z.string(),
    identityId: z.string(),
    news: z.enum(['messages', 'standing', 'typing']),
  }),
  /** An account has something to be pulled. */
  z.object({ kind: z.literal('pull'), tenantId: z.string(), accountId: z.string() }),
  /** Somebody has given up a lead, and another may take it at once. */
  z.object({ kind: z.literal('lead'), tenantId: z.string(), name: z.string() }),
  z.object({ kind: z.literal('articles'), tenantId: z.string() }),
  /** A tenant, its workspaces or its accounts have changed: what is kept of them is read anew. */
  z.object({ kind: z.literal('settings'), tenantId: z.string() }),
]);
const packetSchema = z.object({ from: z.string(), hints: z.array(hintSchema) });

/**
 * Something may be worth a look. A hint carries only a key: losing one costs time (a sweeper finds the work), never a
 * message, and a hint too many costs one query.
 */
export type Hint = z.infer<typeof hintSchema>;

export interface Hints {
  give(hints: readonly Hint[]): void;
  /** The same in this process only: every other finds out by itself. */
  tell(hints: readonly Hint[]): void;
  /** The same in every other process only: this one can't do anything about it. */
  pass(hints: readonly Hint[]): void;
  /** `here`: it was given in this process. Returns the way to stop hearing. */
  hear(heard: (hint: Hint, here: boolean) => void): () => void;
  stop(): Promise<void>;
}

/** How hints reach other processes. `publish` gets texts of at most 7,000 bytes. */
export interface Wire {
  publish(text: string): Promise<void>;
  subscribe(heard: (text: string) => void): Promise<() => Promise<void>>;
}

const channel = 'imdesk_hints';
/** PostgreSQL refuses a notification of 8,000 bytes. */
const bytesMax = 7_000;
/** Hints given within this time share one notification. */
const coalesceMs = 4;

export const postgresWire = (db: Database): Wire => ({
  publish: async (text) => {
    await db.query('select pg_notify($1, $2)', [channel, text]);
  },
  subscribe: (heard) => db.listen(channel, heard),
});

/**
 * Hints are heard at once in this process and, coalesced, in the others.
 *
 * @param processId tells our own notifications from others'
 * @param keeps     what is given here is seen to here, so that no other process need hear of it
 */
export async function openHints(
  wire: Wire,
  processId: string,
  log: Logger,
  keeps: (hint: Hint) => boolean = () => false,
): Promise<Hints> {
  const ears = new Set<(hint: Hint, here: boolean) => void>();
  const tell = (hint: Hint, here: boolean) => {
    for (const ear of ears) ear(hint, here);
  };
  const outgoing = new Map<string, Hint>();
  let flushing: NodeJS.Timeout | undefined;

  const flush = async () => {
    flushing = undefined;
    const hints = [...outgoing.values()];
    outgoing.clear();
    for (const text of packed(processId, hints)) {
      await wire
        .publish(text)
        .catch((error) => log.warn({ error }, 'hints were not passed on; sweepers will find the work'));
    }
  };
  const unsubscribe = await wire.subscribe((text) => {
    for (const hint of unpacked(text, processId)) tell(hint, false);
  });

  const pass = (hints: readonly Hint[]) => {
    for (const hint of hints) outgoing.set(JSON.stringify(hint), hint);
    if (hints.length > 0) flushing ??= setTimeout(() => void flush(), coalesceMs);
  };

  return {
    tell(hints) {
      for (const hint of hints) tell(hint, true);
    },
    pass,
    give(hints) {
      for (const hint of hints) tell(hint, true);
      pass(hints.filter((hint) => !keeps(hint)));
    },
    hear(heard) {
      ears.add(heard);
      return () => ears.delete(heard);
    },
    async stop() {
      clearTimeout(flushing);
      await flush();
      await unsubscribe();
    },
  };
}

function packed(processId: string, hints: readonly Hint[]): string[] {
  const texts: string[] = [];
  let batch: Hint[] = [];
  let size = 0;
  for (const hint of hints) {
    const bytes = Buffer.byteLength(JSON.stringify(hint)) + 1;
    if (size + bytes > bytesMax - 100 && batch.length > 0) {
      texts.push(JSON.stringify({ from: processId, hints: batch }));
      batch = [];
      size = 0;
    }
    batch.push(hint);
    size += bytes;
  }
  if (batch.length > 0) texts.push(JSON.stringify({ from: processId, hints: batch }));
  return texts;
}

/** What is no packet of ours (an older release's, a stranger's) is no hint. '' is what a wire says after it was cut. */
function unpacked(text: string, processId: string): Hint[] {
  const packet = packetSchema.safeParse(parsed(text)).data;
  return packet === undefined || packet.from === processId ? [] : packet.hints;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
