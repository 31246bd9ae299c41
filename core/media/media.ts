import type { Clock, Ids } from '../clock.js';
import type { Database, Statements } from '../storage/database.js';
import { accept, type MediaType, typeOf } from './accept.js';
import { signMediaLink } from './link.js';
import type { MediaStore } from './store.js';

/** One file that somebody sent. */
export interface StoredMedia {
  tenantId: string;
  id: string;
  type: MediaType;
  mime: string;
  name: string;
  bytes: number;
  sha256: Buffer;
}

/** Files go to customers and colleagues by links below this path, followed by a token. */
export const MEDIA_PATH = '/media/';

/** Files: their rows in the database, their bytes in a store, and the links that lead to them. */
export class Media {
  private readonly parts: {
    db: Database;
    store: MediaStore;
    clock: Clock;
    ids: Ids;
    /** See `deriveKey`. */
    linkKey: Buffer;
    /** Where people reach this installation, without a slash at the end. */
    origin: string;
    linkLifeMs: number;
  };

  constructor(parts: Media['parts']) {
    this.parts = parts;
  }

  /** Stores a file for good; bytes first, so that no row is without them. @throws {MediaRefused} */
  async keep(tenantId: string, bytes: Buffer, declaredName?: string): Promise<StoredMedia> {
    const { db, store, clock, ids } = this.parts;
    const accepted = await accept(bytes, declaredName);
    const sha256 = await store.put(tenantId, bytes);
    const media = { tenantId, id: ids.next(), ...accepted, bytes: bytes.length, sha256 };
    await insertMedia(db, media, new Date(clock.now()));
    return media;
  }

  /** Stores a file of our own making under an id of its maker's; made again, the first one stays. */
  async keepMade(
    tenantId: string,
    id: string,
    made: { name: string; mime: string; bytes: Buffer },
  ): Promise<StoredMedia> {
    const { db, store, clock } = this.parts;
    const known = await this.find(tenantId, id);
    if (known) return known;
    const sha256 = await store.put(tenantId, made.bytes);
    const { mime, name, bytes } = made;
    const media: StoredMedia = { tenantId, id, type: 'file', mime, name, bytes: bytes.length, sha256 };
    await insertMedia(db, media, new Date(clock.now()));
    return media;
  }

  async find(tenantId: string, id: string): Promise<StoredMedia | undefined> {
    const [row] = await this.parts.db.query<{ mime: string; name: string; bytes: number; sha256: Buffer }>(
      'select mime, name, bytes, sha256 from media where tenant_id = $1 and id = $2',
      [tenantId, id],
    );
    return row && { tenantId, id, type: typeOf(row.mime, row.bytes), ...row };
  }

  async read(media: StoredMedia): Promise<Buffer> {
    const bytes = await this.parts.store.get(media.tenantId, media.sha256);
    if (!bytes) throw new Error(`The bytes of file ${media.id} are missing from the store.`);
    return bytes;
  }

  /** A signed address that opens this file for everybody who has it, until it expires. */
  link(tenantId: string, id: string): string {
    const { clock, linkKey, origin, linkLifeMs } = this.parts;
    const token = signMediaLink({ tenantId, mediaId: id, expiresAt: clock.now() + linkLifeMs }, linkKey);
    return `${origin}${MEDIA_PATH}${token}`;
  }
}

/** The row of bytes that are in the store already; part of a transaction where the message is recorded with it. */
export async function insertMedia(tx: Statements, media: StoredMedia, at: Date): Promise<void> {
  await tx.query(
    'insert into media (tenant_id, id, sha256, mime, bytes, name, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [media.tenantId, media.id, media.sha256, media.mime, media.bytes, media.name, at],
  );
}
