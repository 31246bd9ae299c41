import { z } from 'zod';
import type { Locale } from './i18n/texts.js';
import type { Database } from './storage/database.js';

/** One enterprise using Imdesk; every row belongs to one. */
export interface Tenant {
  id: string;
  name: string;
  locale: Locale;
  /** IANA name; what people read is on this clock. */
  timeZone: string;
  robotName: string;
  settings: TenantSettings;
}

/** What a tenant has settled for all its channels; '' is Imdesk's own. */
export const tenantSettings = z.object({
  /** To whom comes to a channel for the first time, without a word. */
  welcome: z.string().max(500).default(''),
});
export type TenantSettings = z.infer<typeof tenantSettings>;

/** Tenants hardly change, and every message needs its own: they are kept until something says that they did. */
export class Tenants {
  private readonly known = new Map<string, Promise<Tenant>>();

  constructor(private readonly db: Database) {}

  get(tenantId: string): Promise<Tenant> {
    let tenant = this.known.get(tenantId);
    if (!tenant) {
      tenant = this.load(tenantId);
      tenant.catch(() => this.known.delete(tenantId));
      this.known.set(tenantId, tenant);
    }
    return tenant;
  }

  /** It has changed. */
  forget(tenantId: string): void {
    this.known.delete(tenantId);
  }

  private async load(tenantId: string): Promise<Tenant> {
    const [row] = await this.db.query<{
      name: string;
      locale: Locale;
      time_zone: string;
      robot_name: string;
      settings: unknown;
    }>('select name, locale, time_zone, robot_name, settings from tenants where id = $1', [tenantId]);
    if (!row) throw new Error(`There is no tenant ${tenantId}`);
    return {
      id: tenantId,
      name: row.name,
      locale: row.locale,
      timeZone: row.time_zone,
      robotName: row.robot_name,
      settings: tenantSettings.parse(row.settings),
    };
  }
}
