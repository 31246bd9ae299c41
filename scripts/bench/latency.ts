import { chances } from '../../tests/chance.js';
import type { Scope } from '../../tests/sandbox.js';
import type { CpuShare } from './cpu.js';
import { openCrowd, talksFor, toCustomer, toStaff } from './crowd.js';
import { cpuOfStage } from './desk-cpu.js';
import { type Spread, spreadOf, type Travelled, travel } from './travel.js';

export interface LatencyPlan {
  tenants: number;
  /** Messages a second, half of them from customers and half of agents. */
  rates: readonly number[];
  seconds: number;
  seed: number;
}

export interface LatencyAt {
  rate: number;
  seconds: number;
  ways: { way: string; spread: Spread }[];
  /** What was not taken, and what platforms refused or swallowed because it was too much. */
  refused: string[];
  tooMuch: string[];
  cpu: CpuShare[];
}

const warmUpSeconds = 5;
const patienceMs = 30_000;

export async function measureLatency(scope: Scope, plan: LatencyPlan): Promise<LatencyAt[]> {
  const { tenants, rates, seconds, seed } = plan;
  const most = Math.max(...rates);
  const crowd = await openCrowd(scope, { tenants, talksEach: talksFor(most, tenants) });
  const { number } = chances(seed);
  const random = () => number(1_000_000) / 1_000_000;
  await travel(crowd, { rate: most / 2, seconds: Math.min(seconds, warmUpSeconds), random, patienceMs });
  const all: LatencyAt[] = [];
  for (const rate of rates) {
    const before = crowd.tooMuch().length;
    const cpu = await cpuOfStage(crowd.stage);
    const travelled = await travel(crowd, { rate, seconds, random, patienceMs });
    const shares = cpu();
    all.push({ rate, seconds, ...summed(travelled), tooMuch: crowd.tooMuch().slice(before), cpu: shares });
    await crowd.stage.settled();
  }
  return all;
}

const summed = ({ journeys, refused }: Travelled) => ({
  ways: [toStaff, toCustomer].map((way) => ({
    way,
    spread: spreadOf(journeys.filter((one) => one.way === way)),
  })),
  refused,
});
