import type { Reads } from '../conversations/conversation.js';
import type { Vault } from '../secrets/vault.js';

/** By what a customer can be reached outside of a channel. Kept sealed, with a print to find it by. */
export const reaches = ['phone', 'email'] as const;
export type Reach = (typeof reaches)[number];

/** As it is kept and compared: an e-mail in small letters, a number of digits without the country it is called in. */
export function spelled(kind: Reach, given: string): string {
  if (kind === 'email') return given.trim().toLowerCase();
  const digits = given.replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '');
  return digits.replace(/^(\+|00)86(?=1\d{10}$)/, '');
}

/** Whether it can be one at all. */
export const isReach = (kind: Reach, value: string): boolean =>
  kind === 'email' ? /^[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}$/.test(value) : /^\+?\d{5,15}$/.test(value);

/** "138****5678", "w***@example.com": enough to know it again. */
export function masked(kind: Reach, value: string): string {
  if (kind === 'email') return value.replace(/^(.)[^@]*/u, '$1***');
  return value.length <= 7
    ? value.replace(/\d(?=\d{2})/g, '*')
    : value.replace(/^(.{3}).*(.{4})$/, (_, head: string, tail: string) => `${head}****${tail}`);
}

/** Keeps it for a customer; '' forgets it. */
export async function keepReach(
  { tx, vault, tenant }: { tx: Reads; vault: Vault; tenant: { id: string } },
  customerId: string,
  kind: Reach,
  given: string,
): Promise<void> {
  const value = spelled(kind, given);
  const place = { tenantId: tenant.id, table: 'customers', column: `${kind}_sealed`, row: customerId };
  const kept =
    value === ''
      ? [null, null]
      : [await vault.seal(place, value), await printOf(vault, tenant.id, kind, value)];
  await tx.query(
    `update customers set ${kind}_sealed = $3, ${kind}_print = $4 where tenant_id = $1 and id = $2`,
    [tenant.id, customerId, ...kept],
  );
}

/** What a customer's row keeps, opened. */
export async function openReach(
  vault: Vault,
  tenantId: string,
  { id, sealed }: { id: string; sealed: string | null },
  kind: Reach,
): Promise<string | undefined> {
  if (sealed === null) return undefined;
  return vault.open({ tenantId, table: 'customers', column: `${kind}_sealed`, row: id }, sealed);
}

export const printOf = (vault: Vault, tenantId: string, kind: Reach, value: string): Promise<Buffer> =>
  vault.fingerprint(tenantId, kind, spelled(kind, value));
