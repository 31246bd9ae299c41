import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Database } from '../storage/database.js';
import { mustBeMasterKey, unwrapDataKey, WrapBroken, WrongMasterKey, wrapDataKey } from './data-key.js';
import { decrypt, encrypt, KEY_BYTES } from './envelope.js';

export { WrongMasterKey } from './data-key.js';

/** The one place where a sealed value may stand. `row` is the row's identity within its table. */
export interface SealedPlace {
  tenantId: string;
  table: string;
  column: string;
  row: string;
}

/** A value that was altered, or that stands in another place than the one it was sealed for. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor(place: SealedPlace) {
    super(
      `${place.table}.${place.column} of row ${place.row} cannot be opened: it was altered, or moved there.`,
    );
  }
}

interface DataKeys {
  newest: number;
  byId: Map<number, Buffer>;
}

interface DataKeyRow extends Record<string, unknown> {
  key_id: number;
  wrapped: Buffer;
}

const FORMAT = '1';
const FIRST_KEY = 1;

/**
 * Envelope encryption of single columns: a data key per tenant, kept wrapped under the master key. The newest data key
 * seals, older ones still open. Keys are read on a connection of their own: a tenant has to be committed before
 * anything is sealed for it.
 */
export class Vault {
  private readonly db: Pick<Database, 'query'>;
  private readonly masterKey: Buffer;
  private readonly masterKeys: readonly Buffer[];
  private readonly clock: Clock;
  private readonly keys = new Map<string, Promise<DataKeys>>();
  private readonly printKeys = new Map<string, Buffer>();

  /**
   * @param parts.masterKey  32 bytes, see master-key.ts
   * @param parts.otherMasterKey  opens as well, while one is being replaced by the other
   */
  constructor(parts: {
    db: Pick<Database, 'query'>;
    masterKey: Buffer;
    otherMasterKey?: Buffer;
    clock: Clock;
  }) {
    this.db = parts.db;
    this.masterKey = mustBeMasterKey(parts.masterKey);
    this.masterKeys = [
      parts.masterKey,
      ...(parts.otherMasterKey ? [mustBeMasterKey(parts.otherMasterKey)] : []),
    ];
    this.clock = parts.clock;
  }

  /** @returns text for a column named `*_sealed`: format, data key's id and bytes, joined by dots */
  async seal(place: SealedPlace, plain: string): Promise<string> {
    const { newest, byId } = await this.keysOf(place.tenantId);
    const key = byId.get(newest);
    if (!key) throw new WrongMasterKey();
    return `${FORMAT}.${newest}.${encrypt(key, Buffer.from(plain), bound(place, newest)).toString('base64url')}`;
  }

  /** @throws {SealBroken} {WrongMasterKey} */
  async open(place: SealedPlace, sealed: string): Promise<string> {
    const [format, id, bytes] = sealed.split('.');
    const keyId = Number(id);
    const key =
      format === FORMAT && bytes !== undefined ? await this.keyOf(place.tenantId, keyId) : undefined;
    const plain = key && decrypt(key, Buffer.from(bytes ?? '', 'base64url'), bound(place, keyId));
    if (!plain) throw new SealBroken(place);
    return plain.toString('utf8');
  }

  /**
   * A keyed hash for exact search (a column named `*_print`): equal for equal values of one tenant and kind, and telling
   * nothing without the key. It stays the same when the data key is rotated. Bring the value into one spelling first.
   *
   * @param kind  what the value is ("phone", "person"), so that equal texts of two kinds differ
   */
  async fingerprint(tenantId: string, kind: string, value: string): Promise<Buffer> {
    const name = JSON.stringify([tenantId, kind]);
    let printKey = this.printKeys.get(name);
    if (!printKey) {
      const first = await this.keyOf(tenantId, FIRST_KEY);
      if (!first) throw new Error(`The first data key of tenant ${tenantId} is missing.`);
      printKey = Buffer.from(hkdfSync('sha256', first, tenantId, `fingerprint ${kind}`, KEY_BYTES));
      this.printKeys.set(name, printKey);
    }
    return createHmac('sha256', printKey).update(value).digest();
  }

  /**
   * Has the tenant's keys at hand, so that whoever holds a connection needs no other for them. What is wrong with them is said
   * where one is used.
   */
  async ready(tenantId: string): Promise<void> {
    await this.keysOf(tenantId).catch(() => {});
  }

  /** Gives the tenant a new data key: from now on it seals, here at once and elsewhere from the next start. */
  async rotate(tenantId: string): Promise<void> {
    const { newest } = await this.keysOf(tenantId);
    await this.create(tenantId, newest + 1);
    this.keys.delete(tenantId);
  }

  /** A key made by another process since is looked for in the database. */
  private async keyOf(tenantId: string, keyId: number): Promise<Buffer | undefined> {
    const known = (await this.keysOf(tenantId)).byId.get(keyId);
    if (known || !Number.isSafeInteger(keyId)) return known;
    this.keys.delete(tenantId);
    return (await this.keysOf(tenantId)).byId.get(keyId);
  }

  private keysOf(tenantId: string): Promise<DataKeys> {
    let keys = this.keys.get(tenantId);
    if (!keys) {
      keys = this.load(tenantId);
      keys.catch(() => this.keys.delete(tenantId));
      this.keys.set(tenantId, keys);
    }
    return keys;
  }

  private async load(tenantId: string): Promise<DataKeys> {
    let rows = await this.rows(tenantId);
    if (rows.length === 0) {
      await this.create(tenantId, FIRST_KEY);
      rows = await this.rows(tenantId);
    }
    const byId = new Map(rows.map((row) => [row.key_id, this.unwrap(tenantId, row)]));
    return { newest: Math.max(...byId.keys()), byId };
  }

  private rows(tenantId: string): Promise<DataKeyRow[]> {
    return this.db.query<DataKeyRow>('select key_id, wrapped from data_keys where tenant_id = $1', [
      tenantId,
    ]);
  }

  /** Of several processes that make the same key, the first one's stands. */
  private async create(tenantId: string, keyId: number): Promise<void> {
    const wrapped = wrapDataKey(this.masterKey, { tenantId, keyId }, randomBytes(KEY_BYTES));
    await this.db.query(
      `insert into data_keys (tenant_id, key_id, wrapped, created_at) values ($1, $2, $3, $4)
       on conflict (tenant_id, key_id) do nothing`,
      [tenantId, keyId, wrapped, new Date(this.clock.now())],
    );
  }

  private unwrap(tenantId: string, { key_id, wrapped }: DataKeyRow): Buffer {
    try {
      return unwrapDataKey(this.masterKeys, { tenantId, keyId: key_id }, wrapped);
    } catch (error) {
      if (!(error instanceof WrapBroken)) throw error;
      throw new SealBroken({ tenantId, table: 'data_keys', column: 'wrapped', row: `${tenantId} ${key_id}` });
    }
  }
}

const bound = (place: SealedPlace, keyId: number) => [
  FORMAT,
  keyId,
  place.tenantId,
  place.table,
  place.column,
  place.row,
];
