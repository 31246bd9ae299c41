import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './imdesk.js';
import { type Scope, until } from './sandbox.js';

const slots = 16_384;
const masters = 3;
const patientMs = 120_000;

interface Node {
  port: number;
  child: ChildProcess;
  redis: Redis;
}

/** Six `redis-server` made into one cluster: three masters, each with a replica. A master that is silent for a second is followed. */
export async function redisCluster(t: Scope) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-redis-cluster-'));
  const nodes: Node[] = [];
  const tidyUp = async () => {
    for (const { redis, child } of nodes) {
      redis.disconnect();
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  // Hooks run in the order they were given: a hook given while they run comes last.
  t.after(async () => t.after(tidyUp));
  while (nodes.length < 2 * masters) nodes.push(await startNode(folder, nodes.length));
  const [first] = nodes;
  if (!first) throw new Error('there is no node');
  for (const { port } of nodes.slice(1))
    await first.redis.call('cluster', 'meet', '127.0.0.1', port, await busPortOf(nodes, port));
  for (const [at, { redis }] of nodes.slice(0, masters).entries())
    await redis.call(
      'cluster',
      'addslotsrange',
      Math.ceil((slots * at) / masters),
      Math.ceil((slots * (at + 1)) / masters) - 1,
    );
  await until('every node knows the others', () => everywhere(nodes, 'cluster_known_nodes:6'), patientMs);
  for (const [at, { redis }] of nodes.slice(masters).entries()) {
    const id = await nodes[at]?.redis.call('cluster', 'myid');
    await redis.call('cluster', 'replicate', String(id));
  }
  await until('the cluster stands', () => everywhere(nodes, 'cluster_state:ok'), patientMs);
  await until(
    'replicas follow',
    async () => {
      const infos = await Promise.all(nodes.slice(masters).map(({ redis }) => redis.info('replication')));
      return infos.every((info) => info.includes('master_link_status:up'));
    },
    patientMs,
  );

  return {
    url: nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
    /** Kills the master that keeps this key, and waits until its replica has taken over. */
    async killMasterOf(key: string): Promise<void> {
      const slot = Number(await first.redis.call('cluster', 'keyslot', key));
      const at = Math.floor((slot * masters) / slots);
      const [master, replica] = [nodes[at], nodes[at + masters]];
      if (!master || !replica) throw new Error(`nobody keeps slot ${slot}`);
      master.child.kill('SIGKILL');
      await until(
        'its replica is the master',
        async () => (await replica.redis.info('replication')).includes('role:master'),
        patientMs,
      );
      const others = nodes.filter((one) => one !== master);
      await until('the cluster stands again', () => everywhere(others, 'cluster_state:ok'), patientMs);
    },
    /** What every node that lives is asked. */
    ask: (...command: [string, ...string[]]) =>
      Promise.all(
        nodes.filter(({ child }) => child.signalCode === null).map(({ redis }) => redis.call(...command)),
      ),
  };
}

async function startNode(folder: string, number: number): Promise<Node> {
  const [port, busPort] = [await freePort(), await freePort()];
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-config-file': `nodes-${number}.conf`,
    'cluster-node-timeout': 1_000,
    'cluster-replica-validity-factor': 0,
    'repl-diskless-sync-delay': 0,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.env.TEST_REDIS_SERVER ?? 'redis-server', args, { stdio: 'ignore' });
  const redis = new Redis({ port, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  await redis.ping();
  return { port, child, redis };
}

async function busPortOf(nodes: readonly Node[], port: number): Promise<string> {
  const [, found] = (await nodes.find((one) => one.port === port)?.redis.config('GET', 'cluster-port')) ?? [];
  return String(found);
}

async function everywhere(nodes: readonly Node[], words: string): Promise<boolean> {
  const infos = await Promise.all(nodes.map(({ redis }) => redis.call('cluster', 'info')));
  return infos.every((info) => String(info).includes(words));
}
