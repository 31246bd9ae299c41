/** People are found by their names where a platform lists its departments. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadBots } from '../bots/index.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { SharedValues } from '../core/ports/bot.js';
import { type Sandbox, startSandbox } from './sandbox.js';

const corpId = 'ww0123456789abcdef';
const secret = 'hidden-app-secret-77';
const people = [
  { id: 'wang', userId: 'wang', name: '王小明' },
  { id: 'li', userId: 'li', name: '李雷' },
];

async function searchOn(sandbox: Sandbox, platform: string, given: object, words: string) {
  const bot = (await loadBots()).get(platform);
  assert.ok(bot);
  const kept = new Map<string, string>();
  const shared: SharedValues = {
    get: async (key) => kept.get(key),
    lastSeen: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
    claim: async (_, value) => value,
  };
  const parts = { clock: systemClock, log: silent, shared, baseUrl: sandbox.url, line: () => undefined };
  return bot.directory(bot.credentials.parse(given), parts).search?.(words);
}

test('on DingTalk', async (t) => {
  const apps = [{ appKey: 'dingapp00000077', appSecret: secret, name: '客服', mode: 'stream' }];
  const sandbox = await startSandbox(t, { dingtalk: { corpId: 'ding0123456789abcdef', apps, people } });
  const given = { clientId: 'dingapp00000077', clientSecret: secret, robotCode: 'dingapp00000077' };
  assert.deepEqual(await searchOn(sandbox, 'dingtalk', given, '小明'), [{ id: 'wang', name: '王小明' }]);
});

test('on WeCom', async (t) => {
  const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
  const callback = { url: 'http://127.0.0.1:1', token: 'token', encodingAesKey };
  const apps = [{ agentId: 77, secret, name: '客服', callback, visible: ['wang', 'li'] }];
  const sandbox = await startSandbox(t, {
    wecom: { corpId, people: people.map(({ id, name }) => ({ id, name })), apps },
  });
  const given = { corpId, agentId: 77, secret, token: 'token', encodingAesKey };
  assert.deepEqual(await searchOn(sandbox, 'wecom', given, '李'), [{ id: 'li', name: '李雷' }]);
});
