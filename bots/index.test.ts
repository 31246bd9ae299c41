import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadBots } from './index.js';

test('every folder is a bot, under its platform’s name', async () => {
  const bots = await loadBots();
  assert.ok(bots.has('feishu'));
  for (const [name, bot] of bots) assert.equal(bot.platform, name);
});

test('a folder that holds something else is named, with what is wrong', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-bots-'));
  t.after(() => rm(folder, { recursive: true }));
  const put = async (name: string, code: string): Promise<URL> => {
    const root = path.join(folder, name);
    await mkdir(path.join(root, 'pager'), { recursive: true });
    await writeFile(path.join(root, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(root, 'pager', 'index.js'), code);
    return pathToFileURL(`${root}/`);
  };
  const feishu = JSON.stringify(new URL('./feishu/index.js', import.meta.url).href);
  await assert.rejects(loadBots(await put('empty', 'export const other = 1;')), /bots\/pager: no bot/);
  await assert.rejects(loadBots(await put('half', 'export default { platform: "pager" };')), /credentials/);
  await assert.rejects(
    loadBots(await put('moved', `export { default } from ${feishu};`)),
    /the bot for feishu/,
  );
});
