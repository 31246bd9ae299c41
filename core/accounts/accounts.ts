import { Kept } from '../kept.js';
import type { ChannelHost, Connector, OpenAccount } from '../ports/connector.js';
import type { Courier } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';

/** One configured instance of a channel, open for work. */
export interface Account extends OpenAccount {
  connector: Connector;
  courier: Courier;
  /** The same as long as nothing of it has changed. */
  version: string;
}

/** Opens accounts once and keeps them, until something of their tenant has changed. */
export class Accounts {
  private readonly opened = new Kept<Account>();

  constructor(
    private readonly parts: {
      db: Database;
      vault: Vault;
      connectors: ReadonlyMap<string, Connector>;
      /** What a channel's courier may ask core for. */
      hostOf(channel: string): ChannelHost;
    },
  ) {}

  /** Every channel there is, by name. */
  get channels(): ReadonlyMap<string, Connector> {
    return this.parts.connectors;
  }

  /** Account ids are unique over all tenants, since they stand alone in addresses. */
  byId(id: string): Promise<Account | undefined> {
    return this.opened.get(id, (before) => this.open(id, before));
  }

  /** Something of a tenant's has changed. */
  forget(tenantId: string): void {
    this.opened.forget(tenantId);
  }

  /** The ids of every account of these channels. */
  async idsOf(channels: readonly string[]): Promise<string[]> {
    const rows = await this.parts.db.query<{ id: string }>(
      'select id from accounts where channel = any($1) order by id',
      [channels],
    );
    return rows.map(({ id }) => id);
  }

  private async open(id: string, before: Account | undefined): Promise<Account | undefined> {
    const { db, vault, connectors, hostOf } = this.parts;
    const [row] = await db.query<{
      tenant_id: string;
      channel: string;
      name: string;
      settings_sealed: string;
    }>('select tenant_id, channel, name, settings_sealed from accounts where id::text = $1', [id]);
    const connector = row && connectors.get(row.channel);
    if (!row || !connector) return undefined;
    const version = JSON.stringify(row);
    if (before?.version === version) return before;
    const place = { tenantId: row.tenant_id, table: 'accounts', column: 'settings_sealed', row: id };
    const settings = connector.account.parse(JSON.parse(await vault.open(place, row.settings_sealed)));
    const account = { tenantId: row.tenant_id, id, name: row.name, settings };
    return { ...account, connector, courier: connector.courier(account, hostOf(row.channel)), version };
  }
}
