import type { ChannelHost, Connector, OpenAccount } from '../ports/connector.js';
import type { Courier } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';

/** One configured instance of a channel, open for work. */
export interface Account extends OpenAccount {
  connector: Connector;
  courier: Courier;
}

/** Opens accounts once and keeps them: their rows change only by set-up. */
export class Accounts {
  private readonly opened = new Map<string, Promise<Account | undefined>>();

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
    let account = this.opened.get(id);
    if (!account) {
      account = this.open(id);
      this.opened.set(id, account);
      void account.then(
        (found) => found ?? this.opened.delete(id),
        () => this.opened.delete(id),
      );
    }
    return account;
  }

  /** The ids of every account of these channels. */
  async idsOf(channels: readonly string[]): Promise<string[]> {
    const rows = await this.parts.db.query<{ id: string }>(
      'select id from accounts where channel = any($1) order by id',
      [channels],
    );
    return rows.map(({ id }) => id);
  }

  private async open(id: string): Promise<Account | undefined> {
    const { db, vault, connectors, hostOf } = this.parts;
    const [row] = await db.query<{
      tenant_id: string;
      channel: string;
      name: string;
      settings_sealed: string;
    }>('select tenant_id, channel, name, settings_sealed from accounts where id::text = $1', [id]);
    const connector = row && connectors.get(row.channel);
    if (!row || !connector) return undefined;
    const place = { tenantId: row.tenant_id, table: 'accounts', column: 'settings_sealed', row: id };
    const settings = connector.account.parse(JSON.parse(await vault.open(place, row.settings_sealed)));
    const account = { tenantId: row.tenant_id, id, name: row.name, settings };
    return { ...account, connector, courier: connector.courier(account, hostOf(row.channel)) };
  }
}
