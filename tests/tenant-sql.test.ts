/** Every statement about a table whose rows belong to tenants says whose: read off the source, as roughly as that goes. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['core', 'server', 'bots', 'connectors'];

/** Statements that are meant to see every tenant's rows, each by what it begins with, and why. */
const everybodys: readonly [beginning: string, why: string][] = [
  ['select tenant_id, id from workspaces order by id', 'the gateway keeps connections for all of them'],
  ['select tenant_id, id, platform, name, address', 'by the address of a callback, which says whose it is'],
  ['update tasks set lease_until = null', 'a process alone with its database ends the leases of a dead one'],
  [
    'select tenant_id as "tenantId", id from tasks',
    'the sweeper finds whatever was missed, and hints at its tenant',
  ],
  ['select id from accounts where channel', 'all accounts of a channel are pulled, each with its own tenant'],
  [
    'select tenant_id, channel, name, settings_sealed',
    'by the account’s id, which is unique, to learn whose it is',
  ],
  [
    'select id from workspaces where taken_at',
    'a process says which of the connections it could hold were taken',
  ],
  ['select 1 from workspaces where tenant_id <>', 'the demo looks whether it is alone in its database'],
  [
    'update destinations set lease_until = null where',
    'a process alone with its database ends the leases of a dead one',
  ],
  ['drawn as ( update cards set', 'its condition, put in behind, names the tenant (`whereCard`)'],
  ['select distinct tenant_id as "tenantId", sha256', 'a backup holds the files of them all'],
  ["update outbox set state = 'sending', attempts = greatest", 'a whole installation is restored'],
];

/** It compares the tenant, or writes it down. */
const isKept = /\btenant_id (?:=|in\b|is not distinct)|\(tenant_id,/;

/** The tables that migrations make with a tenant_id. */
async function tenantTables(): Promise<Set<string>> {
  const folder = path.join(root, 'core/storage/migrations');
  const tables = new Set<string>();
  for (const file of await readdir(folder)) {
    const sql = await readFile(path.join(folder, file), 'utf8');
    for (const [, name = '', columns = ''] of sql.matchAll(/create table (\w+) \(([\s\S]*?)\n\);/g))
      if (/^\s*tenant_id\b/m.test(columns)) tables.add(name);
  }
  return tables;
}

interface Statement {
  where: string;
  sql: string;
  tables: string[];
}

/** The texts in a source, in quotes or backticks. What is put into a text stands in it as `…`, and is looked at by itself. */
function textsIn(source: string): { at: number; text: string }[] {
  const texts: { at: number; text: string }[] = [];
  const read = (from: number, until: (at: number) => boolean): number => {
    let at = from;
    while (at < source.length && !until(at)) {
      const quote = source[at];
      if (source.startsWith('//', at)) at = endOf(source.indexOf('\n', at));
      else if (source.startsWith('/*', at)) at = endOf(source.indexOf('*/', at)) + 2;
      else if (quote === "'" || quote === '"' || quote === '`') at = text(at, quote);
      else at += 1;
    }
    return at;
  };
  const endOf = (found: number): number => (found < 0 ? source.length : found);
  const text = (from: number, quote: string): number => {
    let at = from + 1;
    let said = '';
    while (at < source.length && source[at] !== quote && !(quote !== '`' && source[at] === '\n')) {
      if (source[at] === '\\') at += 2;
      else if (quote === '`' && source.startsWith('${', at)) {
        let depth = 0;
        at = read(at + 2, (here) => {
          if (source[here] === '{') depth += 1;
          if (source[here] === '}') depth -= 1;
          return depth < 0;
        });
        said += '…';
        at += 1;
      } else {
        said += source[at];
        at += 1;
      }
    }
    texts.push({ at: from, text: said });
    return at + 1;
  };
  read(0, () => false);
  return texts;
}

/** The texts that name one of these tables as SQL does. */
function statementsIn(file: string, source: string, tables: ReadonlySet<string>): Statement[] {
  return textsIn(source).flatMap(({ at, text }) => {
    const named = [...text.matchAll(/\b(?:from|join|update|into)\s+(\w+)/g)].flatMap(([, name = '']) =>
      tables.has(name) ? [name] : [],
    );
    const line = source.slice(0, at).split('\n').length;
    return named.length === 0
      ? []
      : [{ where: `${file}:${line}`, sql: text.replace(/\s+/g, ' ').trim(), tables: named }];
  });
}

test('every statement about a tenant’s rows names the tenant', async () => {
  const tables = await tenantTables();
  assert.ok(tables.size > 30, `only ${tables.size} tables belong to tenants`);
  const statements: Statement[] = [];
  for (const folder of folders) {
    for (const file of await readdir(path.join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const text = await readFile(path.join(root, folder, file), 'utf8');
      statements.push(...statementsIn(path.join(folder, file), text, tables));
    }
  }
  assert.ok(statements.length > 300, `only ${statements.length} statements were found`);
  const isEverybodys = ({ sql }: Statement) => everybodys.some(([beginning]) => sql.startsWith(beginning));
  const nobodys = statements.filter((one) => !isKept.test(one.sql) && !isEverybodys(one));
  assert.deepEqual(
    nobodys.map(({ where, sql }) => `${where} ${sql}`),
    [],
  );
  const unused = everybodys.filter(([beginning]) => !statements.some(({ sql }) => sql.startsWith(beginning)));
  assert.deepEqual(unused, [], 'no such statement any more');
});
