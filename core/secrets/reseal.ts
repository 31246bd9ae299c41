import type { Database } from '../storage/database.js';
import { isWrappedUnder, unwrapDataKey, wrapDataKey } from './data-key.js';

interface KeyRow extends Record<string, unknown> {
  tenantId: string;
  keyId: number;
  wrapped: Buffer;
}

const atOnce = 100;

/**
 * Wraps every tenant's data keys under another master key. What they sealed stays as it is. Each batch is committed by
 * itself and says by its print under which key it is, so this can be broken off and begun again, also while Imdesk runs.
 *
 * @throws {WrongMasterKey} when a key is under neither of the two; then it and those after it are as they were
 */
export async function resealDataKeys(
  db: Database,
  { from, to }: { from: Buffer; to: Buffer },
): Promise<{ resealed: number; already: number }> {
  const done = { resealed: 0, already: 0 };
  let after: { tenantId: string; keyId: number } = {
    tenantId: '00000000-0000-0000-0000-000000000000',
    keyId: 0,
  };
  for (;;) {
    const rows = await db.transaction(async (tx) => {
      const found = await tx.query<KeyRow>(
        `select tenant_id as "tenantId", key_id as "keyId", wrapped from data_keys
          where (tenant_id, key_id) > ($1, $2) order by tenant_id, key_id limit ${atOnce} for update`,
        [after.tenantId, after.keyId],
      );
      const old = found.filter(({ wrapped }) => !isWrappedUnder(to, wrapped));
      await tx.query(
        `update data_keys set wrapped = given.wrapped from unnest($1::uuid[], $2::int[], $3::bytea[])
             as given (tenant_id, key_id, wrapped)
          where data_keys.tenant_id = given.tenant_id and data_keys.key_id = given.key_id`,
        [
          old.map(({ tenantId }) => tenantId),
          old.map(({ keyId }) => keyId),
          old.map((row) => wrapDataKey(to, row, unwrapDataKey([from], row, row.wrapped))),
        ],
      );
      done.resealed += old.length;
      done.already += found.length - old.length;
      return found;
    });
    const last = rows.at(-1);
    if (!last) return done;
    after = last;
  }
}
