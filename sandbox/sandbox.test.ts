import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appId, startBench, world } from './testing.js';

test('three platforms stand side by side, and what happens says where', async () => {
  const bench = await startBench(world());
  const seen = await bench.control('GET', 'world');
  for (const name of ['feishu', 'dingtalk', 'wecom']) {
    assert.deepEqual(
      ['apps', 'people', 'chats'].filter((list) => !Array.isArray(Object(seen[name])[list])),
      [],
      name,
    );
  }
  await bench.send('oc_group', 'text', { text: '在' });
  const { calls } = await bench.control('GET', 'calls');
  assert.ok(Array.isArray(calls) && calls.length > 0 && calls.every((call) => call.platform === 'feishu'));
  assert.deepEqual(await bench.control('GET', 'drops'), { drops: [] });
  await assert.rejects(bench.control('GET', 'chats?platform=slack&as=lin'), /no-platform/);
  await assert.rejects(
    bench.control('POST', 'say', { platform: 'wecom', as: 'nobody', bot: appId, text: 'x' }),
  );
  await bench.close();
});
