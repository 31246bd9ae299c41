/** Jobs and hints over a Redis Cluster, also after one of its masters has died. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from './enterprise-seat.js';
import { redisCluster } from './redis-cluster.js';
import { until } from './sandbox.js';
import { openStage } from './stage.js';

const lateMs = 120_000;

const skip = process.env.TEST_REDIS_SERVER ? false : 'no redis-server';

test('a conversation goes over a Redis Cluster, and goes on when the master that has the jobs dies', {
  skip,
}, async (t) => {
  const cluster = await redisCluster(t);
  const stage = await openStage(t, {
    plans: [{ agents: 1, apps: [{ platform: 'wecom', transport: 'http' }] }],
    ...{ web: 1, worker: 2, gateway: 1, env: { REDIS_URL: cluster.url } },
  });
  const [acme] = stage.enterprises;
  assert.ok(acme);
  const agent = stage.seat(acme, acme.agents[0] ?? '');
  const wang = await stage.visit(acme, '王女士');
  await wang.says('年假有几天');
  await wang.says('转人工');
  await agent.sees('王女士');
  await agent.says('/claim');
  await wang.hears('已为您接入');
  await agent.says('您好');
  await wang.hears('您好');
  const keys = (await cluster.ask('keys', '*')).flat();
  assert.ok(
    keys.length > 0 && keys.every((key) => String(key).startsWith('{imdesk}:')),
    JSON.stringify(keys),
  );
  const ears = (await cluster.ask('pubsub', 'numsub', 'imdesk:hints')).flat();
  const hearing = ears.filter((each) => typeof each === 'number').reduce((sum, each) => sum + each, 0);
  assert.equal(hearing, stage.processes.length, 'every process hears hints from it');

  // What is said while nobody has the jobs is late, not lost.
  const failing = cluster.killMasterOf('{imdesk}');
  await wang.says('还在吗');
  await failing;
  const agentSees = async (words: string) =>
    (await agent.reads()).some((one) => wordsOf(one).includes(words));
  await until('the agent sees it', () => agentSees('还在吗'), lateMs);
  await agent.says('在的');
  const heard = async () =>
    (await wang.reads()).some(({ content }) => content.type === 'text' && content.text === '在的');
  await until('the customer hears of it', heard, lateMs);
  const li = await stage.visit(acme, '李先生');
  await li.says('转人工');
  await until('the next customer is shown', () => agentSees('李先生'), lateMs);
  await stage.settled();
  assert.deepEqual(
    stage.processes.map((one) => one.died()),
    stage.processes.map(() => 0),
  );
});
