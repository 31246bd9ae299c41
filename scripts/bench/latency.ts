import { chances } from '../../tests/chance.js';
import { openScope } from '../../tests/scope.js';
import { type Area, below, type Figure, type Measured, type Setting } from './area.js';
import type { CpuShare } from './cpu.js';
import { type Crowd, openCrowd, toCustomer, toStaff } from './crowd.js';
import { cpuOfStage } from './desk-cpu.js';
import { openMinimal } from './minimal.js';
import { type Road, type Spread, spreadOf, travel } from './travel.js';

interface Sizes {
  tenants: number;
  /** Messages a second, half of them from customers and half of agents. */
  rates: readonly number[];
  seconds: number;
}

const whole: Sizes = { tenants: 12, rates: [10, 50, 100], seconds: 30 };
const tiny: Sizes = { tenants: 3, rates: [4], seconds: 2 };
/** Below which of twenty messages nineteen are to stay, in milliseconds. */
const goals = new Map([
  [50, 60],
  [100, 120],
]);
const warmUpSeconds = 5;
const patienceMs = 30_000;

export const latency: Area = {
  name: 'latency',
  about:
    'How long words take from one side to the other while others write too: web, worker and gateway apart over a durable PostgreSQL, twelve enterprises on three platforms, every limit on. Beside it the least that a durable pipeline does.',
  async run(setting) {
    const sizes = setting.quick ? tiny : whole;
    const random = randomOf(20_261_128);
    const beside = await besides(sizes, random);
    const crowd = await openCrowd(setting.scope, {
      tenants: sizes.tenants,
      rate: Math.max(...sizes.rates),
    });
    setting.say(`${crowd.talks} conversations are open`);
    return measured(crowd, { ...sizes, random, beside, setting });
  },
};

/** Numbers from 0 to 1, the same ones for the same seed. */
export function randomOf(seed: number): () => number {
  const { number } = chances(seed);
  return () => number(1_000_000) / 1_000_000;
}

/** The minimal pipeline at the same rates, by itself. */
async function besides({ rates, seconds }: Sizes, random: () => number): Promise<Map<number, Spread>> {
  const scope = openScope();
  try {
    const road = await openMinimal(scope);
    const spreads = new Map<number, Spread>();
    await warmUp(road, Math.max(...rates), seconds, random);
    for (const rate of rates) {
      const { journeys } = await travel(road, { rate, seconds, random, patienceMs });
      spreads.set(rate, spreadOf(journeys));
    }
    return spreads;
  } finally {
    await scope.close();
  }
}

const warmUp = (road: Road, rate: number, seconds: number, random: () => number) =>
  travel(road, { rate: rate / 2, seconds: Math.min(warmUpSeconds, seconds), random, patienceMs });

async function measured(
  crowd: Crowd,
  given: Sizes & { random(): number; beside: ReadonlyMap<number, Spread>; setting: Setting },
): Promise<Measured[]> {
  const { rates, seconds, random, beside, setting } = given;
  await warmUp(crowd, Math.max(...rates), seconds, random);
  const rows: Measured[] = [];
  for (const rate of rates) {
    const before = crowd.tooMuch().length;
    const watched = await cpuOfStage(crowd.stage);
    const { journeys, refused } = await travel(crowd, { rate, seconds, random, patienceMs });
    const cpu = watched();
    const least = beside.get(rate);
    for (const way of [toStaff, toCustomer]) {
      const spread = spreadOf(journeys.filter((one) => one.way === way));
      rows.push(rowOf(`${rate}/s, ${way}`, spread, least, goals.get(rate)));
    }
    const wrong = [...refused, ...crowd.tooMuch().slice(before)];
    rows.push({
      what: `${rate}/s, refused, throttled or swallowed`,
      goal: { says: 'none', met: wrong.length === 0 },
      figures: [{ name: 'of all', value: wrong.length, unit: '' }, ...cpu.map(cpuFigure)],
      notes: [...new Set(wrong)].slice(0, 5),
    });
    setting.say(`${rate}/s is done`);
    await crowd.stage.settled();
  }
  return rows;
}

export const cpuFigure = ({ name, cores }: CpuShare): Figure => ({ name, value: cores, unit: 'cores' });

function rowOf(what: string, spread: Spread, least: Spread | undefined, goal: number | undefined): Measured {
  const { p50, p95, p99, count, missing, doubled, senderLateP99 } = spread;
  return {
    what,
    ...(least && { ratio: { value: p95 / least.p95, of: 'the minimal durable pipeline’s p95' } }),
    ...(goal && { goal: below(goal, p95, 'ms p95') }),
    figures: [
      ...[{ name: 'p50', value: p50, unit: 'ms' }],
      ...[{ name: 'p95', value: p95, unit: 'ms' }],
      ...[{ name: 'p99', value: p99, unit: 'ms' }],
      ...(least ? [{ name: 'minimal p95', value: least.p95, unit: 'ms' }] : []),
      { name: 'messages', value: count, unit: '' },
      { name: 'never arrived', value: missing, unit: '' },
      { name: 'arrived twice', value: doubled, unit: '' },
      { name: 'of which the sender’s own lateness, p99', value: senderLateP99, unit: 'ms' },
    ],
    ...(missing > 0 && { notes: ['what never arrived counts as having taken for ever'] }),
  };
}
