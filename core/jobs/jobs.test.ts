import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { emptyDatabase } from '../../tests/database.js';
import { redisServer } from '../../tests/redis.js';
import { redisCluster } from '../../tests/redis-cluster.js';
import { silent } from '../log.js';
import type { Hint } from '../pipeline/hints.js';
import { openJobs } from './jobs.js';

const task = (id: string): Hint => ({ kind: 'task', tenantId: 't', id });
const idOf = (hint: Hint) => ('id' in hint ? hint.id : '');

const stores = {
  PostgreSQL: async (t: TestContext) => ({ databaseUrl: (await emptyDatabase(t)).url }),
  Redis: async (t: TestContext) => ({ databaseUrl: '', redisUrl: await redisServer(t) }),
  'a Redis Cluster': async (t: TestContext) => ({ databaseUrl: '', redisUrl: (await redisCluster(t)).url }),
};

for (const [name, open] of Object.entries(stores)) {
  const skip = name !== 'PostgreSQL' && !process.env.TEST_REDIS_SERVER ? 'no redis-server' : false;

  test(`jobs on ${name}: what one process gives, another does, once and not before its time`, {
    skip,
  }, async (t) => {
    const at = await open(t);
    const done = new Map<string, number>();
    const told = new EventEmitter();
    const enough = once(told, 'enough');
    const work = async (hint: Hint) => {
      assert.ok(!done.has(idOf(hint)), `${idOf(hint)} was done twice`);
      done.set(idOf(hint), performance.now());
      if (done.size === 21) told.emit('enough');
    };
    const workers = [
      await openJobs({ ...at, log: silent, work }),
      await openJobs({ ...at, log: silent, work }),
    ];
    const giver = await openJobs({ ...at, log: silent });
    const begun = performance.now();
    giver.add(task('later'), 700);
    for (let number = 0; number < 20; number++) giver.add(task(`now-${number}`));
    await enough;
    assert.ok((done.get('later') ?? 0) - begun >= 690, 'a delay may be longer, never shorter');
    for (const jobs of [giver, ...workers]) await jobs.stop();
  });

  test(`jobs on ${name}: one that fails harms none beside it`, { skip }, async (t) => {
    const at = await open(t);
    const done: string[] = [];
    const told = new EventEmitter();
    const enough = once(told, 'enough');
    const work = async (hint: Hint) => {
      if (idOf(hint) === 'bad') throw new Error('this one fails');
      done.push(idOf(hint));
      if (done.length === 2) told.emit('enough');
    };
    const jobs = await openJobs({ ...at, log: silent, work });
    for (const id of ['one', 'bad', 'two']) jobs.add(task(id));
    await enough;
    assert.deepEqual(done.sort(), ['one', 'two']);
    await jobs.stop();
  });
}
