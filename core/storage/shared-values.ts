import type { Clock } from '../clock.js';
import type { SharedValues } from '../ports/bot.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from './database.js';

/** Values that all processes share and that expire (access tokens), sealed in the database. */
export function sharedValues(
  db: Database,
  vault: Vault,
  clock: Clock,
  tenantId: string,
  owner: string,
): SharedValues {
  const name = (key: string) => `${owner}:${key}`;
  const place = (key: string) => ({
    tenantId,
    table: 'shared_values',
    column: 'value_sealed',
    row: name(key),
  });
  const seen = new Map<string, { value: string; expiresAt: number }>();
  return {
    async get(key) {
      const [row] = await db.query<{ value_sealed: string; expires_at: Date }>(
        'select value_sealed, expires_at from shared_values where tenant_id = $1 and key = $2 and expires_at > $3',
        [tenantId, name(key), new Date(clock.now())],
      );
      if (!row) return undefined;
      const value = await vault.open(place(key), row.value_sealed);
      // What was seen last and is looked at again has been seen anew.
      if (seen.has(key)) seen.set(key, { value, expiresAt: row.expires_at.getTime() });
      return value;
    },
    async lastSeen(key) {
      const known = seen.get(key);
      if (known && known.expiresAt > clock.now()) return known.value;
      seen.set(key, { value: '', expiresAt: 0 });
      return this.get(key);
    },
    async set(key, value, expiresAt) {
      if (seen.has(key)) seen.set(key, { value, expiresAt });
      await db.query(
        `insert into shared_values (tenant_id, key, value_sealed, expires_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, key) do update set value_sealed = $3, expires_at = $4`,
        [tenantId, name(key), await vault.seal(place(key), value), new Date(expiresAt)],
      );
    },
    async claim(key, value, expiresAt) {
      const taken = await db.query(
        `insert into shared_values as known (tenant_id, key, value_sealed, expires_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, key) do update set value_sealed = $3, expires_at = $4 where known.expires_at <= $5
         returning 1`,
        [
          tenantId,
          name(key),
          await vault.seal(place(key), value),
          new Date(expiresAt),
          new Date(clock.now()),
        ],
      );
      if (taken.length > 0) return value;
      // It ran out, or was deleted, since: then it is free again.
      return (await this.get(key)) ?? this.claim(key, value, expiresAt);
    },
    async delete(key) {
      seen.delete(key);
      await db.query('delete from shared_values where tenant_id = $1 and key = $2', [tenantId, name(key)]);
    },
  };
}
