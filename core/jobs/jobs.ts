import { createPostgresBackend, type Job, Queue, Worker } from 'bullmq';
import { z } from 'zod';
import type { Logger } from '../log.js';
import { type Hint, hintSchema } from '../pipeline/hints.js';

/**
 * Work that must be delayed or spread over processes, carried by BullMQ 6: on PostgreSQL, in the same database, or on
 * Redis. A job is a hint with a time: the rows say what is due, so a job lost or run twice changes nothing.
 *
 * BullMQ's deduplication is deliberately not used. On both backends an id in simple mode stays taken while its job is
 * being run, so the wake-up for a row that was written during that run would be swallowed; and on Redis the keys die
 * with the store. The rows' own leases and states make repeats harmless instead.
 */
export interface Jobs {
  /** Has the hint worked on, in whichever process is free, after a while. */
  add(hint: Hint, delayMs?: number): void;
  stop(): Promise<void>;
}

const jobSchema = z.object({ hint: hintSchema });
const queueName = 'imdesk';
/** In braces: a Redis Cluster keeps all keys in which the same stands there on one node, and a job is several keys. */
const prefix = '{imdesk}';
const concurrency = 8;
const backendPool = 2;

export async function openJobs(options: {
  databaseUrl: string;
  redisUrl?: string;
  log: Logger;
  /** Undefined in processes that only give work. */
  work?: (hint: Hint) => Promise<void>;
}): Promise<Jobs> {
  const { log } = options;
  const { queue, worker, disconnect } = options.redisUrl
    ? await onRedis(options.redisUrl, run)
    : onPostgres(options.databaseUrl, run);
  queue.on('error', (error) => log.warn({ error }, 'the job queue is out of reach'));
  worker?.on('error', (error) => log.warn({ error }, 'the job worker is out of reach'));
  worker?.on('failed', (_, error) => log.error({ error }, 'a job failed'));
  await queue.waitUntilReady();

  async function run(job: Job<unknown>): Promise<void> {
    await options.work?.(jobSchema.parse(job.data).hint);
  }
  function onPostgres(connectionString: string, process: typeof run) {
    const connection = { connectionString, schema: 'bullmq', migrate: true, max: backendPool };
    return {
      disconnect() {},
      queue: new Queue(queueName, { connection }, createPostgresBackend),
      worker:
        options.work && new Worker(queueName, process, { connection, concurrency }, createPostgresBackend),
    };
  }
  async function onRedis(addresses: string, process: typeof run) {
    // Its client is loaded only where there is a Redis.
    const { openRedis } = await import('./redis.js');
    const connection = openRedis(addresses, null);
    return {
      disconnect: () => connection.disconnect(),
      queue: new Queue(queueName, { connection, prefix }),
      worker: options.work && new Worker(queueName, process, { connection, prefix, concurrency }),
    };
  }

  return {
    add(hint, delayMs = 0) {
      queue
        .add(hint.kind, { hint }, { delay: delayMs, removeOnComplete: true, removeOnFail: 100 })
        .catch((error: unknown) => log.warn({ error }, 'a job was not added; a sweeper will find the work'));
    },
    async stop() {
      await worker?.close();
      await queue.close();
      disconnect();
    },
  };
}
