import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type NamedTest, regressions } from './regressions.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Whether a test of this name, or a recording that is tried under it, stands in the file. */
async function isThere({ file, name }: NamedTest): Promise<boolean> {
  const source = await readFile(path.join(root, file), 'utf8');
  const escaped = name.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&').replace('…', '\\$\\{\\w+\\}');
  const begins = file.endsWith('.json') ? '"about":\\s*' : '\\(\\s*';
  return new RegExp(`${begins}(['"\`])${escaped}\\1\\s*,`).test(source);
}

for (const regression of regressions) {
  test(`tried: ${regression.defect}`, async () => {
    if ('cannotOccur' in regression) return assert.match(regression.cannotOccur, /\w/);
    assert.ok(regression.tests.length > 0);
    for (const named of regression.tests)
      assert.ok(await isThere(named), `${named.file} has no test 「${named.name}」`);
  });
}

test('a test that was renamed is missed', async () => {
  const [file, name] = ['core/queues/assign.test.ts', 'what somebody claimed by hand'];
  assert.equal(await isThere({ file, name }), false);
});

test('no defect stands in the register twice', () => {
  assert.equal(new Set(regressions.map(({ defect }) => defect)).size, regressions.length);
});
