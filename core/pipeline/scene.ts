import type { Ids } from '../clock.js';
import type { BotAbilities } from '../ports/bot.js';
import type { ChannelAbilities } from '../ports/connector.js';
import type { Vault } from '../secrets/vault.js';
import type { Transaction } from '../storage/database.js';
import type { Tenant } from '../tenant.js';
import type { Entry, MailboxName, Timer } from './entry.js';
import type { Hint } from './hints.js';

/**
 * Where one inbox row is handled: a transaction that holds the mailbox's lease, at one instant, for one tenant. Whatever
 * a handler changes, says, sends and forwards is written through `tx`, so that it happens together or not at all; what
 * others should look at afterwards is noted in `hints` and told once it is committed.
 */
export interface Scene {
  readonly tx: Transaction;
  readonly tenant: Tenant;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly ids: Ids;
  readonly hints: Hint[];
  /** What each platform can do. */
  readonly platforms: Platforms;
  /** What each channel can do. */
  readonly channels: Channels;
  readonly vault: Vault;
}

export type Platforms = ReadonlyMap<string, { readonly abilities: BotAbilities }>;
export type Channels = ReadonlyMap<string, { readonly abilities: ChannelAbilities }>;

/** An event, written with the change it tells of. */
export async function happened(
  scene: Scene,
  event: { kind: string; subject: string; actor?: string; data?: Record<string, unknown> },
): Promise<void> {
  scene.tx.send(
    'insert into events (tenant_id, kind, subject, actor, data, at) values ($1, $2, $3, $4, $5, $6)',
    [
      scene.tenant.id,
      event.kind,
      event.subject,
      event.actor ?? null,
      JSON.stringify(event.data ?? {}),
      new Date(scene.now),
    ],
  );
}

/** Passes something on to another mailbox, in the same transaction. */
export async function forward(scene: Scene, mailbox: MailboxName, entry: Entry): Promise<void> {
  scene.tx.send(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [scene.tenant.id, mailbox, scene.ids.next(), JSON.stringify(entry), new Date(scene.now)],
  );
  scene.hints.push({ kind: 'mailbox', tenantId: scene.tenant.id, name: mailbox });
}

/** Asks for slow work; its result comes back as an inbox row of `mailbox`, with the epoch given here. */
export async function ask(
  scene: Scene,
  task: { mailbox: MailboxName; kind: string; input: Record<string, unknown>; epoch: number },
): Promise<void> {
  const id = scene.ids.next();
  scene.tx.send(
    'insert into tasks (tenant_id, id, mailbox, kind, input, epoch, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [
      scene.tenant.id,
      id,
      task.mailbox,
      task.kind,
      JSON.stringify(task.input),
      task.epoch,
      new Date(scene.now),
    ],
  );
  scene.hints.push({ kind: 'task', tenantId: scene.tenant.id, id });
}

/**
 * Sets a time; when it comes, the mailbox finds it as a row. It may come late, never early.
 * @param id  of a time there is only one of: setting it anew moves it
 */
export async function setTimer(
  scene: Scene,
  mailbox: MailboxName,
  timer: Timer,
  dueAt: number,
  id = scene.ids.next(),
): Promise<void> {
  scene.tx.send(
    `insert into timers (tenant_id, id, mailbox, entry, due_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, id) do update set entry = excluded.entry, due_at = excluded.due_at`,
    [scene.tenant.id, id, mailbox, JSON.stringify({ kind: 'timer', timer } satisfies Entry), new Date(dueAt)],
  );
}
