import type { Clock, Ids } from '../clock.js';
import { text } from '../i18n/texts.js';
import { foundOnce, Lately } from '../lately.js';
import type { Profile } from '../ports/inbound.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Tenants } from '../tenant.js';

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
    `select i.id, i.account_id, i.customer_id, a.queue_id, a.channel, i.name, i.union_print, c.blocked_until
       from identities i
       join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
       join customers c on c.tenant_id = i.tenant_id and c.id = i.customer_id
      where i.tenant_id = $1 and i.id = $2`,
    [tenantId, id],
  );
  return (
    row && {
      id: row.id,
      accountId: row.account_id,
      customerId: row.customer_id,
      queueId: row.queue_id,
      channel: row.channel,
      name: row.name ?? undefined,
      unionPrint: row.union_print ?? undefined,
      blockedUntil: row.blocked_until?.getTime(),
    }
  );
}

interface IdentityRow extends Record<string, unknown> {
  id: string;
  account_id: string;
  customer_id: string;
  queue_id: string;
  channel: string;
  name: string | null;
  union_print: Buffer | null;
  blocked_until: Date | null;
}

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
  return openPerson(vault, tenantId, id, row.person_sealed);
}

/** The same, of an identity that was read already. */
export const openPerson = (vault: Vault, tenantId: string, id: string, sealed: string): Promise<string> =>
  vault.open({ tenantId, table: 'identities', column: 'person_sealed', row: id }, sealed);
