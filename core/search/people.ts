import { looksLikeCode } from '../conversations/codes.js';
import type { Reads } from '../conversations/conversation.js';
import { printOf, type Reach } from '../customers/reach.js';
import type { Vault } from '../secrets/vault.js';
import { normalise } from '../text/bigrams.js';
import type { Search } from './search.js';
import { inSight, Values } from './visible.js';

const customersMost = 50;
const nameLengthMax = 40;

/** The newest conversations in sight whose customer or code was named: by a part of the name, a phone or e-mail, or "A3". */
export async function searchPeople(
  db: Reads,
  vault: Vault,
  asked: Search,
  words: string,
  limit: number,
): Promise<string[]> {
  const customers = await customersCalled(db, vault, asked.tenantId, words.trim());
  const code = looksLikeCode(words.trim()) ? words.trim().toUpperCase() : undefined;
  if (customers.length === 0 && code === undefined) return [];
  const values = new Values();
  const rows = await db.query<{ id: string }>(
    `select c.id from conversations c where c.tenant_id = ${values.add(asked.tenantId)}
        and (c.customer_id = any(${values.add(customers)}::uuid[]) or c.code = ${values.add(code ?? null)}::text)
        and ${inSight(values, asked.sight, asked.wanted)}
        ${asked.since === undefined ? '' : `and c.opened_at >= ${values.add(new Date(asked.since))}::timestamptz`}
      order by c.opened_at desc, c.id desc limit ${values.add(limit)}`,
    values.all,
  );
  return rows.map(({ id }) => id);
}

async function customersCalled(db: Reads, vault: Vault, tenantId: string, words: string): Promise<string[]> {
  const spelled = normalise(words);
  if (spelled === '' || [...spelled].length > nameLengthMax) return [];
  const prints = (kind: Reach, spellings: readonly string[]) =>
    Promise.all(spellings.map((one) => printOf(vault, tenantId, kind, one)));
  const rows = await db.query<{ id: string }>(
    `with called as (
     (select id, merged_into from customers where tenant_id = $1 and name_terms(name) @> name_terms($2)
         and strpos(lower(normalize(left(name, 200), NFKC)), $2) > 0 order by created_at desc limit ${customersMost})
     union all (select id, merged_into from customers where tenant_id = $1 and phone_print = any($3::bytea[]) limit ${customersMost})
     union all (select id, merged_into from customers where tenant_id = $1 and email_print = any($4::bytea[]) limit ${customersMost}))
     select id from called union select merged_into from called where merged_into is not null
     union select k.id from customers k join called on k.tenant_id = $1 and k.merged_into = called.id`,
    [
      tenantId,
      spelled,
      await prints('phone', phoneSpellings(words)),
      await prints('email', /^\S+@\S+$/.test(spelled) ? [spelled] : []),
    ],
  );
  return [...new Set(rows.map(({ id }) => id))];
}

/** The ways one number may have been kept: as typed without blanks, without and with the country code of China. */
export function phoneSpellings(words: string): string[] {
  const typed = words.normalize('NFKC').replace(/[\s().-]/g, '');
  if (!/^\+?\d{6,15}$/.test(typed)) return [];
  const national = typed.replace(/^(\+|00)?86(?=1\d{10}$)/, '').replace(/^\+/, '');
  return [...new Set([typed, national, `+86${national}`, `86${national}`])];
}
