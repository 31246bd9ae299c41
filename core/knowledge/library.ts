import type { Database } from '../storage/database.js';
import type { Article, ArticleAudience } from './article.js';
import { ArticleIndex, type Hit, type SearchOptions } from './search.js';

/** Rows fetched at a time, so that a large library is never held twice. */
const pageRows = 2_000;

interface ArticleRow extends Record<string, unknown> {
  id: string;
  question: string;
  similar_questions: string[];
  answer: string;
  category: string[];
  audience: ArticleAudience;
}

/** What a shelf was built from; it is read anew when this has been outdated by a change. */
interface Shelf {
  index: Promise<ArticleIndex>;
  stale: boolean;
}

/**
 * The articles of each tenant, indexed when that tenant is first asked for and again after a change. A question that
 * comes while the index is built anew waits for it, so whoever edits an article and asks finds the edit. Only the
 * tenants asked last are kept.
 */
export class Library {
  readonly #db: Pick<Database, 'query'>;
  readonly #tenantsMax: number;
  /** By tenant, the one asked longest ago first. */
  readonly #shelves = new Map<string, Shelf>();

  constructor(db: Pick<Database, 'query'>, { tenantsMax = 200 }: { tenantsMax?: number } = {}) {
    this.#db = db;
    this.#tenantsMax = tenantsMax;
  }

  async search(tenantId: string, question: string, options: SearchOptions): Promise<Hit[]> {
    return (await this.#index(tenantId)).search(question, options);
  }

  async article(tenantId: string, id: string): Promise<Article | undefined> {
    return (await this.#index(tenantId)).article(id);
  }

  /** The tenant's articles are not what they were. */
  changed(tenantId: string): void {
    const shelf = this.#shelves.get(tenantId);
    if (shelf) shelf.stale = true;
  }

  #index(tenantId: string): Promise<ArticleIndex> {
    const known = this.#shelves.get(tenantId);
    this.#shelves.delete(tenantId);
    const shelf = known && !known.stale ? known : this.#read(tenantId);
    this.#shelves.set(tenantId, shelf);
    const [eldest] = this.#shelves.keys();
    if (this.#shelves.size > this.#tenantsMax && eldest !== undefined) this.#shelves.delete(eldest);
    return shelf.index;
  }

  #read(tenantId: string): Shelf {
    const shelf: Shelf = { index: this.#load(tenantId), stale: false };
    shelf.index.catch(() => {
      shelf.stale = true; // the next question tries again
    });
    return shelf;
  }

  async #load(tenantId: string): Promise<ArticleIndex> {
    const index = new ArticleIndex();
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await this.#db.query<ArticleRow>(
        `select id, question, similar_questions, answer, category, audience from articles
         where tenant_id = $1 and id > $2 order by id limit ${pageRows}`,
        [tenantId, after],
      );
      for (const { similar_questions: similar, ...row } of rows) index.put({ ...row, similar });
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return index;
      after = last.id;
    }
  }
}
