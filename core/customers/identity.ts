import type { Clock, Ids } from '../clock.js';
import { text } from '../i18n/texts.js';
import { foundOnce, Lately } from '../lately.js';
import type { Profile } from '../ports/inbound.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Tenants } from '../tenant.js';
import type { Known } from './customer.js';

/** A customer as one account knows them; its mailbox is the mailbox of its open conversation. */
export interface Identity {
  id: string;
  accountId: string;
  customerId: string;
  queueId: string;
  /** The name of the account's channel. */
  channel: string;
  /** What the account calls them. */
  name?: string;
  /** Of an id that only the person behind it can have. */
  unionPrint?: Buffer;
  /** Until then what they write is shown to nobody. */
  blockedUntil?: number;
  customer: Known;
}

const rememberedMax = 20_000;

/**
 * Finds whose mailbox a sender's words go to. On the path of every message, before it is acknowledged: so who wrote
 * lately is remembered, and the ids, which never change, are all that is. Two messages of somebody new are recorded in the
 * order in which they came.
 */
export class Identities {
  private readonly remembered = new Lately<Promise<string>>(rememberedMax);

  constructor(
    private readonly parts: { db: Database; vault: Vault; clock: Clock; ids: Ids; tenants: Tenants },
  ) {}

  /** The id of the identity of `person` (the channel's own id of them); made, with a customer, when they are new. */
  of(account: { tenantId: string; id: string }, person: string, profile?: Profile): Promise<string> {
    return foundOnce(
      this.remembered,
      `${account.id} ${person}`,
      async () => (await this.find(account, person)) ?? (await this.make(account, person, profile)),
    );
  }

  /** The identity of a person who has written before. */
  async find(account: { tenantId: string; id: string }, person: string): Promise<string | undefined> {
    const [row] = await this.parts.db.query<{ id: string }>(
      'select id from identities where tenant_id = $1 and account_id = $2 and person_print = $3',
      [account.tenantId, account.id, await this.print(account.tenantId, person)],
    );
    return row?.id;
  }

  private print(tenantId: string, person: string): Promise<Buffer> {
    return this.parts.vault.fingerprint(tenantId, 'person', person);
  }

  private async make(
    account: { tenantId: string; id: string },
    person: string,
    profile?: Profile,
  ): Promise<string> {
    const { db, vault, clock, ids, tenants } = this.parts;
    const { tenantId } = account;
    const tenant = await tenants.get(tenantId);
    const print = await this.print(tenantId, person);
    const [customerId, identityId] = [ids.next(), ids.next()];
    const name = profile?.name ?? text(tenant.locale, 'conversation.visitor', { tail: identityId.slice(-4) });
    const sealed = await vault.seal(
      { tenantId, table: 'identities', column: 'person_sealed', row: identityId },
      person,
    );
    await db.transaction(async (tx) => {
      await tx.query(
        'insert into customers (tenant_id, id, name, locale, created_at) values ($1, $2, $3, $4, $5)',
        [tenantId, customerId, name, profile?.locale ?? null, new Date(clock.now())],
      );
      const made = await tx.query(
        `insert into identities (tenant_id, id, account_id, person_print, person_sealed, customer_id, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, account_id, person_print) do nothing returning 1`,
        [
          tenantId,
          identityId,
          account.id,
          print,
          sealed,
          customerId,
          profile?.name ?? null,
          new Date(clock.now()),
        ],
      );
      // Somebody else made it at the same moment: theirs stands, and this customer was never needed.
      if (made.length === 0)
        await tx.query('delete from customers where tenant_id = $1 and id = $2', [tenantId, customerId]);
    });
    const id = await this.find(account, person);
    if (id === undefined) throw new Error('An identity was made but can not be found');
    return id;
  }
}

export async function identityById(
  db: Pick<Database, 'query'>,
  tenantId: string,
  id: string,
): Promise<Identity | undefined> {
  const [row] = await db.query<IdentityRow>(
    `select ${identityColumns} from ${identityTables} where i.tenant_id = $1 and i.id = $2`,
    [tenantId, id],
  );
  return row && identityFrom(row);
}

/** For whoever joins more to it: `i` is the identity, and no name stands in anybody's way. */
export const identityColumns = `i.id as i_id, i.account_id as i_account, i.name as i_name, i.union_print as i_union_print,
  a.queue_id as a_queue, a.channel as a_channel, c.id as c_id, c.name as c_name, c.locale as c_locale, c.profile as c_profile,
  c.named as c_named, c.phone_print as c_phone_print, c.email_print as c_email_print, c.blocked_until as c_blocked_until`;
export const identityTables = `identities i
  join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
  join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id`;

export interface IdentityRow extends Record<string, unknown> {
  i_id: string;
  i_account: string;
  i_name: string | null;
  i_union_print: Buffer | null;
  a_queue: string;
  a_channel: string;
  c_id: string;
  c_name: string;
  c_locale: string | null;
  c_profile: Record<string, string>;
  c_named: boolean;
  c_phone_print: Buffer | null;
  c_email_print: Buffer | null;
  c_blocked_until: Date | null;
}

export const identityFrom = (row: IdentityRow): Identity => ({
  id: row.i_id,
  accountId: row.i_account,
  customerId: row.c_id,
  queueId: row.a_queue,
  channel: row.a_channel,
  name: row.i_name ?? undefined,
  unionPrint: row.i_union_print ?? undefined,
  blockedUntil: row.c_blocked_until?.getTime(),
  customer: {
    id: row.c_id,
    name: row.c_name,
    locale: row.c_locale ?? undefined,
    profile: row.c_profile,
    named: row.c_named,
    phonePrint: row.c_phone_print,
    emailPrint: row.c_email_print,
  },
});

/** What its channel calls the person behind an identity. */
export async function personOfIdentity(
  db: Pick<Database, 'query'>,
  vault: Vault,
  tenantId: string,
  id: string,
): Promise<string> {
  const [row] = await db.query<{ person_sealed: string }>(
    'select person_sealed from identities where tenant_id = $1 and id = $2',
    [tenantId, id],
  );
  if (!row) throw new Error(`There is no identity ${id}`);
  return vault.open({ tenantId, table: 'identities', column: 'person_sealed', row: id }, row.person_sealed);
}
