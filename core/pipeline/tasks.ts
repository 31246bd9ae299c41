import { z } from 'zod';
import type { Clock, Ids } from '../clock.js';
import type { Logger } from '../log.js';
import { staffPlaceSchema } from '../outbox/place.js';
import { type Part, partSchema } from '../setup/parts.js';
import type { Database } from '../storage/database.js';
import type { RobotReply, TaskResult } from './entry.js';
import type { Hints } from './hints.js';

/** How long a silent worker is believed; longer than any task takes. */
const leaseMs = 120_000;
const attemptsMax = 5;
/** So many are run where they were asked for; more are spread over all processes. */
const hereAtOnce = 8;

const inputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('robot.answer'), messageId: z.string(), question: z.string() }),
  z.object({ kind: z.literal('member.answer'), place: staffPlaceSchema, question: z.string() }),
  z.object({
    kind: z.literal('setup.look'),
    place: staffPlaceSchema,
    memberId: z.string(),
    part: partSchema,
  }),
]);
type Input = z.infer<typeof inputSchema>;

/** Looks up what a part of set-up asks other systems for. Never throws. */
export type LookUp = (tenantId: string, memberId: string, part: Part) => Promise<Part>;

/** Finds an answer in what the tenant knows. May take as long as a model takes. */
export type Think = (
  tenantId: string,
  question: string,
  audience: 'customer' | 'employee',
) => Promise<RobotReply>;

/**
 * Runs slow work apart from the mailboxes, so that "转人工" never waits behind a model. A task is leased, run, and its
 * result written as an inbox row together with "done"; a worker that died is followed by another.
 */
export class Tasks {
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly parts: {
      db: Database;
      clock: Clock;
      ids: Ids;
      hints: Hints;
      log: Logger;
      think: Think;
      lookUp: LookUp;
    },
  ) {}

  /** Begins it in this process, since carrying it to another costs more than most are worth. False: there is enough to do here. */
  runHere(tenantId: string, id: string): boolean {
    if (this.running.size >= hereAtOnce) return false;
    const running: Promise<void> = this.run(tenantId, id)
      .catch((error: unknown) =>
        this.parts.log.warn({ error, task: id }, 'a task was not begun; a sweeper will find it'),
      )
      .finally(() => this.running.delete(running));
    this.running.add(running);
    return true;
  }

  /** Waits for those that were begun here. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  async run(tenantId: string, id: string): Promise<void> {
    const { db, clock, log } = this.parts;
    const [task] = await db.query<{
      mailbox: string;
      kind: string;
      input: object;
      epoch: number;
      attempts: number;
    }>(
      `update tasks set lease_until = $3, attempts = attempts + 1
        where tenant_id = $1 and id = $2 and done_at is null and (lease_until is null or lease_until <= $4)
       returning mailbox, kind, input, epoch, attempts`,
      [tenantId, id, new Date(clock.now() + leaseMs), new Date(clock.now())],
    );
    if (!task) return;
    const input = inputSchema.parse({ ...task.input, kind: task.kind });
    const finish = (result: TaskResult) =>
      this.finish(tenantId, id, task.mailbox, { epoch: task.epoch, result });
    try {
      await finish(await this.work(tenantId, input));
    } catch (error) {
      log.error({ error, task: id, kind: task.kind, attempts: task.attempts }, 'a task failed');
      // What fails again and again is answered like a question nobody knows: whoever asked must not wait for ever.
      if (task.attempts < attemptsMax) await this.giveBack(tenantId, id, task.attempts);
      else await finish(given(input));
    }
  }

  private async work(tenantId: string, input: Input): Promise<TaskResult> {
    const { think, lookUp } = this.parts;
    if (input.kind === 'setup.look') {
      const part = await lookUp(tenantId, input.memberId, input.part);
      return { kind: 'setup.looked', place: input.place, part };
    }
    const audience = input.kind === 'robot.answer' ? 'customer' : 'employee';
    return resultOf(input, await think(tenantId, input.question, audience));
  }

  private async finish(
    tenantId: string,
    id: string,
    mailbox: string,
    done: { epoch: number; result: TaskResult },
  ): Promise<void> {
    const { db, clock, ids, hints } = this.parts;
    const now = new Date(clock.now());
    await db.query(
      `with first as (
         update tasks set done_at = $3 where tenant_id = $1 and id = $2 and done_at is null returning 1
       )
       insert into inbox (tenant_id, mailbox, id, entry, received_at) select $1, $4, $5, $6, $3 from first`,
      [tenantId, id, now, mailbox, ids.next(), JSON.stringify({ kind: 'task', task: id, ...done })],
    );
    hints.give([{ kind: 'mailbox', tenantId, name: mailbox }]);
  }

  /** To be tried again when its lease ends. */
  private async giveBack(tenantId: string, id: string, attempts: number): Promise<void> {
    const { db, clock } = this.parts;
    await db.query('update tasks set lease_until = $3 where tenant_id = $1 and id = $2', [
      tenantId,
      id,
      new Date(clock.now() + 2_000 * attempts),
    ]);
  }
}

/** What is said where a task came to nothing. */
const given = (input: Input): TaskResult =>
  input.kind === 'setup.look'
    ? { kind: 'setup.looked', place: input.place, part: input.part }
    : resultOf(input, { kind: 'unknown' });

function resultOf(input: Exclude<Input, { kind: 'setup.look' }>, reply: RobotReply): TaskResult {
  if (input.kind === 'robot.answer') return { kind: input.kind, messageId: input.messageId, reply };
  return { kind: input.kind, place: input.place, question: input.question, reply };
}
