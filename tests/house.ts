import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, idsFrom, systemClock } from '../core/clock.js';
import { type Core, openCore } from '../core/core.js';
import { type Logger, silent } from '../core/log.js';
import { folderStore } from '../core/media/folder-store.js';
import { Media } from '../core/media/media.js';
import { addIdentity, addMember } from '../core/members/people.js';
import type { Role } from '../core/operations/operation.js';
import { pageLinks } from '../core/pages/link.js';
import { postgresWire, type Wire } from '../core/pipeline/hints.js';
import { fireTimers } from '../core/pipeline/sweep.js';
import type { Bot, BotAbilities, ClickAnswer, PlatformName } from '../core/ports/bot.js';
import type { ChannelAbilities } from '../core/ports/connector.js';
import type { Inbound, InboundVisit } from '../core/ports/inbound.js';
import type { QueueSettings } from '../core/queues/settings.js';
import { receiveFromChannel, receiveFromPlatform } from '../core/receive.js';
import { Vault } from '../core/secrets/vault.js';
import { channelHost } from '../server/channel-host.js';
import { type TestDatabase, testDatabase } from './database.js';
import { clickAnswer, delivery, Paper } from './paper.js';
import type { Scope } from './sandbox.js';

export interface HouseOptions {
  clock?: Clock;
  desk?: 'topic' | 'direct';
  members?: { name: string; role: Role; serves?: boolean; capacity?: number }[];
  /** Whether only those who serve the queue may see it. */
  confidential?: boolean;
  /** Further platforms that the same members work on; each is paper that can do what it says. The first one is Feishu-like. */
  elsewhere?: {
    platform: PlatformName;
    abilities: Partial<BotAbilities>;
    place?: 'group' | 'direct' | 'none';
  }[];
  /** The queue gives who waits to whoever has room. */
  assigns?: boolean;
  /** What the customers' channel can do other than everything (`paperChannel`). */
  channel?: Partial<ChannelAbilities>;
  /** What the queue has settled. */
  settings?: Partial<QueueSettings>;
  /** How many processes share the work; each is a core of its own over the same database. */
  processes?: number;
  /** The first process receives and does nothing else. */
  receivesOnly?: boolean;
  /** No process hears the hints of another. */
  hintless?: boolean;
  log?: Logger;
  /** One that is there already, with the product's tables, in place of one of its own. */
  database?: TestDatabase;
}

const deafWire: Wire = { publish: async () => {}, subscribe: async () => async () => {} };

/** A desk with a platform and a channel of paper: real database, real pipeline, nothing to listen on. */
export async function openHouse(t: Scope, options: HouseOptions = {}) {
  const { url, db } = options.database ?? (await testDatabase(t));
  const clock = options.clock ?? systemClock;
  const ids = idsFrom(clock);
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-house-'));
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock });
  const paper = new Paper({ channel: options.channel });
  const [tenantId, workspaceId, queueId, accountId] = [ids.next(), ids.next(), ids.next(), ids.next()];
  const now = new Date(clock.now());
  await db.query(
    `insert into tenants (id, name, robot_name, created_at) values ($1, '山屿茶器', '小屿', $2)`,
    [tenantId, now],
  );
  const seal = (table: string, column: string, row: string) =>
    vault.seal({ tenantId, table, column, row }, '{}');
  await db.query(
    `insert into workspaces (tenant_id, id, platform, name, address, app_id, base_url, transport, credentials_sealed, created_at)
     values ($1, $2, 'feishu', 'paper', 'paper', 'app', 'http://paper', 'http', $3, $4)`,
    [tenantId, workspaceId, await seal('workspaces', 'credentials_sealed', workspaceId), now],
  );
  await db.query(
    `insert into queues (tenant_id, id, name, confidential, assigns, created_at, settings)
     values ($1, $2, '售后客服', $3, $4, $5, $6)`,
    [
      tenantId,
      queueId,
      options.confidential ?? false,
      options.assigns ?? false,
      now,
      JSON.stringify(options.settings ?? {}),
    ],
  );
  const place = options.desk ?? 'direct';
  await db.query(
    'insert into desks (tenant_id, queue_id, workspace_id, place, chat) values ($1, $2, $3, $4, $5)',
    [tenantId, queueId, workspaceId, place, place === 'topic' ? 'group' : null],
  );
  await db.query(
    `insert into accounts (tenant_id, id, channel, name, queue_id, settings_sealed, created_at)
     values ($1, $2, 'paper', '官网', $3, $4, $5)`,
    [tenantId, accountId, queueId, await seal('accounts', 'settings_sealed', accountId), now],
  );
  const elsewhere = await Promise.all(
    (options.elsewhere ?? []).map(async (one) => {
      const id = ids.next();
      await db.query(
        `insert into workspaces (tenant_id, id, platform, name, address, app_id, base_url, transport, credentials_sealed, created_at)
         values ($1, $2, $3, $3, $3, 'app', 'http://paper', 'http', $4, $5)`,
        [tenantId, id, one.platform, await seal('workspaces', 'credentials_sealed', id), now],
      );
      if (one.place !== 'none') {
        const chat = one.place === 'group' ? `group-${one.platform}` : null;
        await db.query(
          'insert into desks (tenant_id, queue_id, workspace_id, place, chat) values ($1, $2, $3, $4, $5)',
          [tenantId, queueId, id, one.place ?? 'direct', chat],
        );
      }
      const paper = new Paper({ platform: one.platform, abilities: one.abilities });
      return { platform: one.platform, id, paper };
    }),
  );
  const memberIds = new Map<string, string>();
  for (const member of options.members ?? [{ name: '林小满', role: 'agent' }]) {
    const id = ids.next();
    memberIds.set(member.name, id);
    await addMember(
      { db, vault, clock },
      { tenantId, id, name: member.name, role: member.role, workspaceId, person: member.name },
    );
    for (const { id: workspaceId } of elsewhere)
      await addIdentity({ db, vault, clock }, { tenantId, id, workspaceId, person: member.name });
    if (member.capacity !== undefined) {
      await db.query('update members set capacity = $3 where tenant_id = $1 and id = $2', [
        tenantId,
        id,
        member.capacity,
      ]);
    }
    if (member.serves ?? member.role !== 'employee') {
      await db.query('insert into queue_members (tenant_id, queue_id, member_id) values ($1, $2, $3)', [
        tenantId,
        queueId,
        id,
      ]);
    }
  }

  const cores: Core[] = [];
  for (let index = 0; index < (options.processes ?? 1); index++) {
    cores.push(
      await openCore({
        db,
        databaseUrl: url,
        clock,
        ids,
        log: options.log ?? silent,
        vault,
        media: new Media({
          db,
          store: folderStore(folder),
          clock,
          ids,
          linkKey: randomBytes(32),
          origin: 'http://imdesk.test',
          linkLifeMs: 3_600_000,
        }),
        pages: pageLinks('http://imdesk.test', randomBytes(32)),
        origin: 'http://imdesk.test',
        wire: options.hintless ? deafWire : postgresWire(db),
        bots: new Map<string, Bot>([
          ['feishu', paper.bot],
          ...elsewhere.map(({ platform, paper }) => [platform, paper.bot] as const),
        ]),
        connectors: new Map([['paper', paper.connector]]),
        hostOf: channelHost,
        processId: `process-${index}`,
        works: !options.receivesOnly || index > 0,
      }),
    );
  }
  t.after(async () => {
    for (const core of cores) await core.stop();
    await rm(folder, { recursive: true, force: true });
  });
  let made = 0;
  const core = (): Core => {
    const chosen = cores[options.receivesOnly ? 0 : made % cores.length];
    if (!chosen) throw new Error('a house needs a process');
    return chosen;
  };
  const fresh = () => {
    made += 1;
    return `event-${made}`;
  };

  async function fromStaff(events: Inbound[], on?: PlatformName) {
    const there = elsewhere.find(({ platform }) => platform === on)?.id ?? workspaceId;
    const workspace = await core().workspaces.byId(tenantId, there);
    if (!workspace) throw new Error('the workspace of the house is gone');
    return receiveFromPlatform(core(), workspace, delivery(events));
  }
  async function fromCustomer(events: Inbound[]) {
    const account = await core().accounts.byId(accountId);
    if (!account) throw new Error('the account of the house is gone');
    return receiveFromChannel(core(), account, delivery(events));
  }

  const sentOn = (on?: PlatformName) =>
    (elsewhere.find(({ platform }) => platform === on)?.paper ?? paper).toStaff;

  const house = {
    db,
    url,
    clock,
    ids,
    masterKey,
    core: core(),
    cores,
    paper,
    tenantId,
    workspaceId,
    queueId,
    accountId,
    memberId: (name: string) => memberIds.get(name) ?? '',
    fromStaff,
    fromCustomer,

    /** Adds an article everybody outside may be told. */
    async knows(question: string, answer: string) {
      await db.query(
        `insert into articles (tenant_id, id, question, answer, audience, created_at, updated_at)
         values ($1, $2, $3, $4, 'customer', $5, $5)`,
        [tenantId, ids.next(), question, answer, now],
      );
      core().hints.give([{ kind: 'articles', tenantId }]);
    },

    customer: (name: string) => ({
      name,
      async says(text: string, id = fresh(), reply?: string) {
        await fromCustomer([
          {
            kind: 'message',
            id,
            sender: name,
            at: clock.now(),
            type: 'text',
            text,
            profile: { name },
            reply,
          },
        ]);
        return id;
      },
      /** Takes back a message, by what their side calls it. */
      async recalls(messageId: string) {
        await fromCustomer([{ kind: 'recall', id: fresh(), messageId, sender: name, at: clock.now() }]);
      },
      async rewords(messageId: string, text: string) {
        await fromCustomer([{ kind: 'edit', id: fresh(), messageId, sender: name, at: clock.now(), text }]);
      },
      async visits(how: InboundVisit['how'], reply?: string) {
        await fromCustomer([{ kind: 'visit', id: fresh(), sender: name, at: clock.now(), how, reply }]);
      },
      async clicks(operation: string, args: Record<string, unknown>) {
        await fromCustomer([
          { kind: 'click', id: fresh(), sender: name, at: clock.now(), operation, arguments: args, form: {} },
        ]);
      },
      /** What this customer was told, in order: text, or the card's name. */
      heard: () =>
        paper.toCustomers
          .filter(({ out }) => 'to' in out && out.to.kind === 'direct' && out.to.person === name)
          .map(said),
    }),

    /** What was sent on another platform. */
    on: (platform: PlatformName) => {
      const found = elsewhere.find((one) => one.platform === platform);
      if (!found) throw new Error(`the house has no ${platform}`);
      return { paper: found.paper, workspaceId: found.id };
    },

    /** A member at work on a platform, if not the first. */
    member: (name: string, on?: PlatformName) => ({
      name,
      async types(text: string, more: { quote?: string; thread?: string; at?: number } = {}) {
        const id = fresh();
        const chat = more.thread
          ? { id: 'group', kind: 'group' as const, thread: more.thread, addressed: false }
          : { id: `p2p-${name}`, kind: 'direct' as const, addressed: true };
        const quote = more.quote === undefined ? undefined : { id: more.quote };
        const at = more.at ?? clock.now();
        await fromStaff([{ kind: 'message', id, sender: name, at, type: 'text', text, chat, quote }], on);
        return id;
      },
      /** Takes back what they typed, by what `types` said it is called. */
      async recalls(messageId: string) {
        await fromStaff([{ kind: 'recall', id: fresh(), messageId, at: clock.now() }], on);
      },
      async rewords(messageId: string, text: string) {
        await fromStaff([{ kind: 'edit', id: fresh(), messageId, sender: name, at: clock.now(), text }], on);
      },
      async clicks(
        operation: string,
        args: Record<string, unknown>,
        card?: string,
        id = fresh(),
        edit?: string,
      ): Promise<ClickAnswer> {
        const response = await fromStaff(
          [
            {
              kind: 'click',
              id,
              sender: name,
              at: clock.now(),
              messageId: card,
              edit,
              operation,
              arguments: args,
              form: {},
            },
          ],
          on,
        );
        return clickAnswer(response.body);
      },
      /** What was sent to this member one to one. */
      received: () =>
        sentOn(on).filter(({ out }) => 'to' in out && out.to.kind === 'direct' && out.to.person === name),
      heard: () =>
        sentOn(on)
          .filter(({ out }) => 'to' in out && out.to.kind === 'direct' && out.to.person === name)
          .map(said),
    }),

    /** What the queue has settled, on top of what it had. */
    async settles(settings: Partial<QueueSettings>, id = queueId) {
      await db.query('update queues set settings = settings || $2 where id = $1', [
        id,
        JSON.stringify(settings),
      ]);
    },

    /** Adds a queue with the members of these names. */
    async addQueue(name: string, serving: readonly string[], more: { confidential?: boolean } = {}) {
      const id = ids.next();
      await db.query(
        'insert into queues (tenant_id, id, name, confidential, created_at) values ($1, $2, $3, $4, $5)',
        [tenantId, id, name, more.confidential ?? false, now],
      );
      await db.query('insert into desks (tenant_id, queue_id, workspace_id, place) values ($1, $2, $3, $4)', [
        tenantId,
        id,
        workspaceId,
        'direct',
      ]);
      for (const member of serving)
        await db.query('insert into queue_members (tenant_id, queue_id, member_id) values ($1, $2, $3)', [
          tenantId,
          id,
          memberIds.get(member),
        ]);
      return id;
    },

    /** The times that have come are acted on, and what follows from them, too. */
    async rings() {
      core().hints.give(await fireTimers(db, clock));
      await house.settled();
    },

    /** Waits until nothing is left to do: no unread row, no send that is due in the next seconds, no open task. */
    async settled(withinMs = 30_000) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const [left] = await db.query<{ count: number }>(
          `select (select count(*) from inbox where read_at is null)::int
                + (select count(*) from outbox where state in ('pending', 'sending')
                    and (not_before is null or not_before <= $1))::int
                + (select count(*) from tasks where done_at is null)::int as count`,
          [new Date(clock.now() + 10_000)],
        );
        if (left?.count === 0) return;
        if (performance.now() > deadline)
          throw new Error(`${left?.count} rows are still not done after ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },

    /** Rows of the inbox that could not be handled. */
    async putAside() {
      return db.query<{ error: string; entry: unknown }>(
        'select error, entry from inbox where error is not null',
      );
    },

    async conversations() {
      return db.query<{ id: string; code: string | null; state: string; owner_id: string | null }>(
        'select id, code, state, owner_id from conversations order by opened_at, id',
      );
    },
  };
  return house;
}

function said({ out }: { out: import('../core/ports/courier.js').Outgoing }): string {
  if (out.kind === 'text') return out.text;
  if (out.kind === 'card' || out.kind === 'redraw') return `card:${out.card.template}`;
  return out.kind;
}
