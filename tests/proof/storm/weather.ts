/** What goes wrong in the storm: faults of the platforms, and processes that die. The seed says which, and when. */
import { setTimeout as delay } from 'node:timers/promises';
import type { chances } from '../../chance.js';
import type { App } from '../../enterprise-plan.js';
import { until } from '../../sandbox.js';
import type { Stage } from '../../stage.js';
import type { Runner } from '../../stage-processes.js';

type Chances = ReturnType<typeof chances>;

/** What can happen to a platform. `limited` is how each of them says that it was too much. */
const faults = {
  'deliveries twice': { on: 'delivery', kind: 'duplicate' },
  'deliveries overtaken': { on: 'delivery', kind: 'reorder' },
  'deliveries late': { on: 'delivery', kind: 'delay', ms: 300 },
  'deliveries whose answer is lost': { on: 'delivery', kind: 'timeout-after-effect' },
  'deliveries lost': { on: 'delivery', kind: 'drop-before-effect' },
  'calls answered too much': { on: 'call', kind: 'limited' },
  'calls answered 5xx': { on: 'call', kind: 'status', status: 503 },
  'calls cut after they were done': { on: 'call', kind: 'timeout-after-effect', ms: 50 },
  'calls cut before anything was done': { on: 'call', kind: 'drop-before-effect', ms: 20 },
  'calls late': { on: 'call', kind: 'latency', ms: 300 },
  'connections dropped': { on: 'socket', kind: 'drop-socket' },
  'tokens expired': { on: 'token', kind: 'expire' },
} as const;
type FaultName = keyof typeof faults;

const often: Record<FaultName, number> = {
  ...{ 'deliveries twice': 3, 'deliveries overtaken': 1, 'deliveries late': 1 },
  ...{ 'deliveries whose answer is lost': 3, 'deliveries lost': 3 },
  ...{ 'calls answered too much': 2, 'calls answered 5xx': 2, 'calls cut after they were done': 3 },
  ...{
    'calls cut before anything was done': 2,
    'calls late': 1,
    'connections dropped': 2,
    'tokens expired': 2,
  },
};

/** Where a fault can happen: an app or an account, with the platform it is at. */
export interface Place {
  platform: string;
  app?: string;
}
export const placeOf = ({ platform, id }: App): Place => ({
  platform: platform === 'wecom-aibot' ? 'wecom' : platform,
  app: id,
});

export async function armFault(stage: Stage, chance: Chances, places: readonly Place[]): Promise<FaultName> {
  const name = chance.weighted(often);
  const place = chance.one(places);
  const times = 1 + chance.number(3);
  if (!place) throw new Error('There is no place for a fault');
  const { on, kind, ...more } = faults[name];
  const order = (where: object, what: object) =>
    stage.sandbox.control('POST', 'faults', { on: { ...where, platform: place.platform }, times, ...what });
  if (on === 'token') {
    if (place.app !== undefined) await stage.sandbox.control('POST', 'tokens/expire', { ...place });
  } else if (on === 'socket') await order({ socket: true, app: place.app }, { kind });
  else if (on === 'delivery') await order({ delivery: 'any', app: place.app }, { kind, ...more });
  else if (kind === 'limited') await order({ path: '**' }, limitOf(place.platform));
  else await order({ path: '**' }, { kind, ...more });
  return name;
}

function limitOf(platform: string): object {
  if (platform === 'feishu')
    return { kind: 'code', code: 99991400, status: 429, headers: { 'x-ogw-ratelimit-reset': '1' } };
  if (platform === 'wecom') return { kind: 'code', code: 45009 };
  return { kind: 'status', status: 429 };
}

const common = { web: 3, worker: 4, gateway: 2 };
const kinds = { postgres: { ...common, postgres: 2 }, redis: { ...common, postgres: 2, redis: 3 } };
const kindOf = (name: string): string => name.replace(/-\d+$/, '');
const againAfterMs = 200;
const lastLines = 5;
const backWithinMs = 180_000;

/** Whoever can die on a stage: killed at any time, and begun again after a while, as whatever watches over processes would. */
export function openDeaths(stage: Stage, count: (what: string) => void, say: (line: string) => void) {
  /** Killed, and not begun again yet. */
  const dead = new Set<Runner>();

  const weights = stage.redis ? kinds.redis : kinds.postgres;

  async function kill(kind: string, chance: Chances): Promise<boolean> {
    const [waitMs, downMs] = [chance.number(1_500), chance.number(600)];
    const nth = chance.number(1_000);
    await delay(waitMs);
    const living = stage.mortals().filter((one) => one.isUp() && kindOf(one.name) === kind);
    const victim = living[nth % Math.max(1, living.length)];
    if (!victim) return false;
    dead.add(victim);
    await victim.kill();
    count(`kills: ${kind}`);
    await delay(downMs);
    await bringBack(victim);
    dead.delete(victim);
    return true;
  }

  return {
    /** Kills one after the other: one of each kind first, so that few kills leave nobody out. */
    async killMany(times: number, chance: Chances): Promise<void> {
      const first = chance.shuffled(Object.keys(weights));
      for (let killed = 0; killed < times; )
        if (await kill(first[killed] ?? chance.weighted(weights), chance)) killed += 1;
    },
    /** Whoever ended without being killed is begun again too. */
    async watchOver(): Promise<void> {
      const gone = stage.mortals().filter((one) => !one.isUp() && !dead.has(one));
      for (const one of gone) {
        count(`ended by itself: ${kindOf(one.name)}`);
        const output = stage.processes.find(({ name }) => name === one.name)?.output() ?? '';
        say(`${one.name} ended by itself: ${output.split('\n').slice(-lastLines).join('\n')}`);
        dead.add(one);
      }
      await Promise.all(gone.map(bringBack));
      for (const one of gone) dead.delete(one);
    },
  };
}

/** Begun again and again, since what it needs may be dead too. */
async function bringBack(one: Runner): Promise<void> {
  let last = '';
  const isBack = async (): Promise<boolean> => {
    try {
      await one.begin();
      return true;
    } catch (error) {
      last = String(error);
      await delay(againAfterMs);
      return false;
    }
  };
  await until(`${one.name} is back`, isBack, backWithinMs).catch((error: Error) => {
    throw new Error(`${error.message}: ${last}`);
  });
}
