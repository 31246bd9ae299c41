import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadConnectors } from './index.js';

test('every folder is a connector, under its own name', async () => {
  const connectors = await loadConnectors();
  const channels = ['api', 'email', 'web', 'wechat-kf', 'wechat-official'];
  assert.deepEqual([...connectors.keys()], channels);
  for (const [name, connector] of connectors) assert.equal(connector.channel, name);
});

test('a folder that holds something else is named, with everything that is wrong', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-connectors-'));
  t.after(() => rm(folder, { recursive: true }));
  const put = async (name: string, code: string): Promise<URL> => {
    const root = path.join(folder, name);
    await mkdir(path.join(root, 'fax'), { recursive: true });
    await writeFile(path.join(root, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(root, 'fax', 'index.js'), code);
    return pathToFileURL(`${root}/`);
  };
  await assert.rejects(loadConnectors(await put('empty', 'export const other = 1;')), /fax.*neither/);
  await assert.rejects(
    loadConnectors(await put('half', 'export default { channel: "fax", read: 1 };')),
    /fax\/index\.js is no connector: account: .*abilities: .*read: must be a function; courier:/,
  );
});
