/** What docs/operations.md says that can be tried here is tried: queries, commands, settings, metrics and files it names. */
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { testDatabase } from './database.js';
import { startProduct } from './imdesk.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = await readFile(path.join(root, 'docs/operations.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);

test('every query of the runbooks can be asked', async (t) => {
  const { db } = await testDatabase(t);
  const queries = blocks('sql');
  assert.ok(queries.length > 3);
  for (const query of queries) await db.query(query);
});

test('every alert is about a metric that there is', async (t) => {
  const product = await startProduct(t);
  const { groups } = z
    .object({
      groups: z.tuple([
        z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() }).loose()) }),
      ]),
    })
    .parse(parse(blocks('yaml')[0] ?? ''));
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  const known = new Set([...metrics.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  for (const { expr } of groups[0].rules)
    for (const [name] of expr.matchAll(/imdesk_\w+/g))
      assert.ok(known.has(name.replace(/_(bucket|count|sum)$/, '')), name);
  assert.ok([...page.matchAll(/`(imdesk_\w+)`/g)].every(([, name]) => known.has(name)));
});

test('every command, file and setting that it names is there', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
  const commands = [...page.matchAll(/npm run (?:-s )?(\w+)/g)].map(([, name = '']) => name);
  for (const name of ['backup', 'restore', 'reseal']) assert.ok(commands.includes(name), name);
  for (const name of commands) assert.ok(scripts[name] !== undefined, `npm run ${name}`);
  const files = [...page.matchAll(/`((?:tests|deploy|docs|dist\/scripts|core)\/[\w./-]+\.\w+)`/g)].map(
    ([, file = '']) => file,
  );
  for (const file of [...files, 'compose.yaml', 'ecosystem.config.js', 'Dockerfile'])
    await access(path.join(root, file));
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  for (const name of [
    'DATABASE_URL',
    'MASTER_KEY',
    'MASTER_KEY_OTHER',
    'PUBLIC_URL',
    'DRAIN_SECONDS',
    'TRUST_PROXY',
    'IMDESK_DATA',
  ])
    assert.ok(page.includes(name) && readme.includes(`\`${name}\``), name);
});
