import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import type { Database } from '../storage/database.js';
import type { ArticleAudience } from './article.js';
import { Library } from './library.js';

const tenantId = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const acme = tenantId(1);
const other = tenantId(2);
const at = new Date('2026-01-05T09:00:00Z');

async function withTenants(t: TestContext): Promise<Database> {
  const { db } = await testDatabase(t);
  for (const id of [acme, other]) {
    await db.query('insert into tenants (id, name, robot_name, created_at) values ($1, $2, $2, $3)', [
      id,
      '店',
      at,
    ]);
  }
  return db;
}

const write = (
  db: Database,
  tenant: string,
  number: number,
  question: string,
  audience: ArticleAudience = 'customer',
) =>
  db.query(
    `insert into articles (tenant_id, id, question, similar_questions, answer, category, audience, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (tenant_id, id) do update set question = excluded.question`,
    [tenant, tenantId(number), question, ['退货怎么弄'], `答案 ${number}`, ['售后'], audience, at],
  );

const customer = { audience: 'customer', limit: 5 } as const;

test('a tenant is answered from its own articles, and from no other’s', async (t) => {
  const db = await withTenants(t);
  await write(db, acme, 11, '怎么退货');
  await write(db, other, 12, '怎么退货');
  const library = new Library(db);
  const hits = await library.search(acme, '怎么退货', customer);
  assert.deepEqual(
    hits.map(({ articleId }) => articleId),
    [tenantId(11)],
  );
  assert.deepEqual(await library.article(acme, tenantId(11)), {
    id: tenantId(11),
    question: '怎么退货',
    similar: ['退货怎么弄'],
    answer: '答案 11',
    category: ['售后'],
    audience: 'customer',
  });
  assert.equal(await library.article(acme, tenantId(12)), undefined);
  assert.deepEqual(await library.search(tenantId(3), '怎么退货', customer), []);
});

test('a change is found by whoever asks after it was told, and costs only its tenant a reading', async (t) => {
  const db = await withTenants(t);
  await write(db, acme, 11, '怎么退货');
  let reads = 0;
  const library = new Library({
    query: (text, values) => {
      reads += 1;
      return db.query(text, values);
    },
  });
  await library.search(acme, '怎么退货', customer);
  await library.search(other, '怎么退货', customer);
  await write(db, acme, 11, '怎么开发票');
  library.changed(acme);
  library.changed(acme);
  const [first, second] = await Promise.all([
    library.search(acme, '开发票', customer),
    library.search(acme, '开发票', customer),
  ]);
  assert.equal(first[0]?.question, '怎么开发票');
  assert.deepEqual(second, first);
  await library.search(other, '怎么退货', customer);
  assert.equal(reads, 3);
});

test('a failed reading is not remembered', async (t) => {
  const db = await withTenants(t);
  await write(db, acme, 11, '怎么退货');
  let broken = true;
  const library = new Library({
    query: async (text, values) => {
      if (broken) throw new Error('the database is away');
      return db.query(text, values);
    },
  });
  await assert.rejects(library.search(acme, '怎么退货', customer), /away/);
  broken = false;
  assert.equal((await library.search(acme, '怎么退货', customer)).length, 1);
});

test('only the tenants asked last are kept, and more articles than one page are read', async (t) => {
  const db = await withTenants(t);
  await db.query(
    `insert into articles (tenant_id, id, question, answer, audience, created_at, updated_at)
     select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'E' || n || ' 是什么故障', '', 'customer', $2, $2
     from generate_series(1, 4500) n`,
    [acme, at],
  );
  const library = new Library(db, { tenantsMax: 1 });
  for (const number of [1, 2_000, 2_001, 4_500]) {
    const [hit] = await library.search(acme, `E${number}是什么故障`, customer);
    assert.equal(hit?.articleId, tenantId(number));
    await library.search(other, '怎么退货', customer);
  }
});
