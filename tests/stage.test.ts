import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage } from './stage.js';

const backends = ['postgres', 'redis'] as const;

for (const backend of backends) {
  const skip = backend === 'redis' && !process.env.TEST_REDIS_SERVER ? 'no redis-server' : false;
  test(`on ${backend}, a stage goes on where it was after everything on it was killed`, {
    skip,
  }, async (t) => {
    const stage = await openStage(t, {
      ...{ backend, redisServer: process.env.TEST_REDIS_SERVER },
      plans: [{ agents: 1, apps: [{ platform: 'wecom', transport: 'http' }] }],
    });
    const [acme] = stage.enterprises;
    assert.ok(acme);
    const agent = stage.seat(acme, acme.agents[0] ?? '');
    const wang = await stage.visit(acme, '王女士');
    await wang.says('转人工');
    await agent.sees('王女士');
    for (const one of stage.mortals()) await one.kill();
    assert.ok(stage.mortals().every((one) => !one.isUp()));
    for (const one of stage.mortals().reverse()) await one.begin();
    await agent.says('/claim');
    // Who died may hold a lease a while longer.
    await stage.advance(120_000);
    await wang.hears('已为您接入');
    await agent.says('您好');
    await wang.hears('您好');
    await stage.settled();
    assert.deepEqual(
      stage.processes.map((one) => one.died()),
      [0, 0, 0],
    );
  });
}
