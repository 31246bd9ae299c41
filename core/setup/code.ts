import { randomInt } from 'node:crypto';
import type { Scene } from '../pipeline/scene.js';
import type { Vault } from '../secrets/vault.js';
import type { Transaction } from '../storage/database.js';

/** Nothing in it that is taken for something else when it is read aloud or written down. */
const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const length = 8;
const lifeMs = 24 * 3_600_000;

const triedSubject = 'setup-code';
const triesWithinMs = 3_600_000;
/** A member, and all of them together, may be wrong so often within that time. */
const triesMax = { member: 5, tenant: 50 };

/** As it was typed, in one spelling. Undefined: it is none. */
export function codeIn(words: string): string | undefined {
  const code = words.toUpperCase().replace(/[\s-]/g, '');
  return code.length === length && [...code].every((letter) => letters.includes(letter)) ? code : undefined;
}

const digestOf = (vault: Vault, tenantId: string, code: string) =>
  vault.fingerprint(tenantId, 'setup code', code);

/** A code for whoever becomes the first administrator. It is nowhere but in the answer. Undefined: there is one already. */
export async function makeCode(
  { db, vault, now }: { db: Pick<Transaction, 'query'>; vault: Vault; now: number },
  tenantId: string,
): Promise<string | undefined> {
  if (await hasAdmin(db, tenantId)) return undefined;
  const code = Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
  // Whoever asks for a new one does not trust the others any more.
  await db.query(
    'update setup_codes set expires_at = least(expires_at, $2) where tenant_id = $1 and used_at is null',
    [tenantId, new Date(now)],
  );
  await db.query(
    'insert into setup_codes (tenant_id, digest, created_at, expires_at) values ($1, $2, $3, $4)',
    [tenantId, await digestOf(vault, tenantId, code), new Date(now), new Date(now + lifeMs)],
  );
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

export async function hasAdmin(db: Pick<Transaction, 'query'>, tenantId: string): Promise<boolean> {
  const rows = await db.query(
    `select 1 from members where tenant_id = $1 and role = 'admin' and departed_at is null limit 1`,
    [tenantId],
  );
  return rows.length > 0;
}

/**
 * Uses a code up. The tenant's row is locked, so that of two who type one at once, or two different ones, the second finds
 * an administrator there.
 */
export async function useCode(
  scene: Scene,
  vault: Vault,
  { memberId, words }: { memberId: string; words: string },
): Promise<'used' | 'wrong' | 'tries' | 'hasAdmin'> {
  const { tx, tenant, now } = scene;
  await tx.query('select 1 from tenants where id = $1 for no key update', [tenant.id]);
  if (await hasAdmin(tx, tenant.id)) return 'hasAdmin';
  const [tries] = await tx.query<{ mine: number; all: number }>(
    `select count(*) filter (where actor = $3)::int as mine, count(*)::int as all from events
      where tenant_id = $1 and subject = $2 and at > $4`,
    [tenant.id, triedSubject, memberId, new Date(now - triesWithinMs)],
  );
  if ((tries?.mine ?? 0) >= triesMax.member || (tries?.all ?? 0) >= triesMax.tenant) return 'tries';
  const code = codeIn(words);
  const used =
    code === undefined
      ? []
      : await tx.query(
          `update setup_codes set used_at = $3, used_by = $4
            where tenant_id = $1 and digest = $2 and used_at is null and expires_at > $3 returning 1`,
          [tenant.id, await digestOf(vault, tenant.id, code), new Date(now), memberId],
        );
  if (used.length > 0) return 'used';
  await tx.query('insert into events (tenant_id, kind, subject, actor, at) values ($1, $2, $3, $4, $5)', [
    tenant.id,
    'setup.codeRefused',
    triedSubject,
    memberId,
    new Date(now),
  ]);
  return 'wrong';
}

/** A code that others have read is no good any more. */
export async function voidCode({ tx, tenant, now }: Scene, vault: Vault, words: string): Promise<void> {
  const code = codeIn(words);
  if (code === undefined) return;
  await tx.query(
    `update setup_codes set expires_at = $3 where tenant_id = $1 and digest = $2 and used_at is null`,
    [tenant.id, await digestOf(vault, tenant.id, code), new Date(now)],
  );
}
