import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { dingtalkEvents } from '../bots/dingtalk/scopes.js';
import { feishuCallbacks, feishuEvents } from '../bots/feishu/scopes.js';
import { loadBots } from '../bots/index.js';

/** What a guide names between two marks. */
async function namedIn(guide: string, mark: string): Promise<string[]> {
  const text = await readFile(new URL(`../../docs/install/${guide}.md`, import.meta.url), 'utf8');
  const between = text.split(`<!-- ${mark} -->`)[1]?.split(`<!-- /${mark} -->`)[0];
  assert.ok(between, `docs/install/${guide}.md says nothing of ${mark}`);
  const cells =
    mark === 'scopes' ? between.matchAll(/^\s*\| `([^`]+)` \|/gm) : between.matchAll(/`([^`]+)`/g);
  return [...cells].map(([, name = '']) => name);
}

test('the guides name the permissions that the check and the card name, and no others', async () => {
  for (const [platform, bot] of await loadBots()) {
    if (!bot.scopes) continue;
    assert.deepEqual(await namedIn(platform, 'scopes'), [...bot.scopes], platform);
  }
});

test('the guides name the events that are understood', async () => {
  assert.deepEqual(await namedIn('feishu', 'events'), [...feishuEvents]);
  assert.deepEqual(await namedIn('feishu', 'callbacks'), [...feishuCallbacks]);
  assert.deepEqual(await namedIn('dingtalk', 'events'), [...dingtalkEvents]);
});
