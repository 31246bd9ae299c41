import type { Clock } from '../clock.js';
import { Kept } from '../kept.js';
import type { Logger } from '../log.js';
import type { Bot, BotParts, Quota, SharedValues } from '../ports/bot.js';
import type { Courier } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import { sharedValues } from '../storage/shared-values.js';
import type { Lines } from './lines.js';
import type { Usage } from './usage.js';

/** One tenant's app on one platform, its credentials decrypted and checked by its bot's own schema. */
export interface Workspace {
  tenantId: string;
  id: string;
  name: string;
  /** The random part of its callback address, which tells whose key decrypts. */
  address: string;
  baseUrl: string;
  transport: 'http' | 'socket';
  bot: Bot;
  /** The platforms that call people by the same ids as this one. */
  realm: string[];
  credentials: unknown;
  courier: Courier;
  /** What its bot is given to work with. */
  botParts: BotParts;
  /** Values of this workspace that all processes share. */
  shared: SharedValues;
  people: ReturnType<Bot['directory']>;
  /** The same as long as nothing of it has changed. */
  version: string;
}

/** Opens workspaces once and keeps them, until something of their tenant has changed. */
export class Workspaces {
  private readonly opened = new Kept<Workspace>();

  constructor(
    private readonly parts: {
      db: Database;
      vault: Vault;
      clock: Clock;
      log: Logger;
      bots: ReadonlyMap<string, Bot>;
      lines: Lines;
      usage: Usage;
    },
  ) {}

  byId(tenantId: string, id: string): Promise<Workspace | undefined> {
    return this.keep(`id ${tenantId} ${id}`, 'tenant_id = $1 and id = $2', [tenantId, id]);
  }

  byAddress(platform: string, address: string): Promise<Workspace | undefined> {
    return this.keep(`address ${platform} ${address}`, 'platform = $1 and address = $2', [platform, address]);
  }

  /** What each platform can do. */
  get platforms(): ReadonlyMap<string, Bot> {
    return this.parts.bots;
  }

  /** What the platform of a workspace lets the enterprise have in a month. */
  async quotaOf(tenantId: string, id: string): Promise<Quota | undefined> {
    const workspace = await this.byId(tenantId, id);
    return workspace?.bot.quota?.(workspace.credentials);
  }

  async all(): Promise<Workspace[]> {
    const rows = await this.parts.db.query<{ tenant_id: string; id: string }>(
      'select tenant_id, id from workspaces order by id',
    );
    const opened = await Promise.all(rows.map((row) => this.byId(row.tenant_id, row.id)));
    return opened.filter((one) => one !== undefined);
  }

  private keep(key: string, where: string, values: unknown[]): Promise<Workspace | undefined> {
    return this.opened.get(key, (before) => this.open(where, values, before));
  }

  /** Something of a tenant's has changed. */
  forget(tenantId: string): void {
    this.opened.forget(tenantId);
  }

  private async open(
    where: string,
    values: unknown[],
    before: Workspace | undefined,
  ): Promise<Workspace | undefined> {
    const { db, vault, clock, log, bots, lines, usage } = this.parts;
    const [row] = await db.query<{
      tenant_id: string;
      id: string;
      platform: string;
      name: string;
      address: string;
      base_url: string;
      transport: 'http' | 'socket';
      credentials_sealed: string;
    }>(
      `select tenant_id, id, platform, name, address, base_url, transport, credentials_sealed from workspaces where ${where}`,
      values,
    );
    const bot = row && bots.get(row.platform);
    if (!row || !bot) return undefined;
    const version = JSON.stringify(row);
    if (before?.version === version) return before;
    const place = { tenantId: row.tenant_id, table: 'workspaces', column: 'credentials_sealed', row: row.id };
    const credentials = bot.credentials.parse(JSON.parse(await vault.open(place, row.credentials_sealed)));
    const shared = sharedValues(db, vault, clock, row.tenant_id, row.id);
    const counted = { tenantId: row.tenant_id, id: row.id };
    const parts: BotParts = {
      clock,
      log,
      shared,
      used: (calls) => usage.count(counted, { calls }),
      baseUrl: row.base_url,
      line: () => lines.of(row.id),
    };
    return {
      tenantId: row.tenant_id,
      id: row.id,
      name: row.name,
      address: row.address,
      baseUrl: row.base_url,
      transport: row.transport,
      bot,
      realm: [...bots.values()]
        .filter(({ abilities }) => abilities.realm === bot.abilities.realm)
        .map(({ platform }) => platform),
      credentials,
      botParts: parts,
      shared,
      courier: bot.courier(credentials, parts),
      people: bot.directory(credentials, parts),
      version,
    };
  }
}
