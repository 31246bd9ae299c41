import type { Scope } from '../../tests/sandbox.js';
import { openScope } from '../../tests/scope.js';
import type { StageOptions } from '../../tests/stage.js';
import { type Area, atLeastShare, type Figure, type Measured, type Setting } from './area.js';
import type { CpuShare } from './cpu.js';
import { openCrowd } from './crowd.js';
import { cpuOfStage } from './desk-cpu.js';
import { cpuFigure, randomOf } from './latency.js';
import { openMinimal } from './minimal.js';
import { type Found, type Step, searchLimit } from './search.js';
import { travel } from './travel.js';

/** One way to run the product. */
interface Setup {
  name: string;
  stage: Partial<Omit<StageOptions, 'plans'>>;
  needsRedis?: boolean;
}

interface Sizes {
  tenants: number;
  /** Where the search begins, and what it does not ask for: conversations are opened for so many messages a second. */
  from: number;
  most: number;
  /** The same for the minimal pipeline. */
  mostMinimal: number;
  secondsEach: number;
  /** Whether separate processes without Redis are tried too. */
  apart: boolean;
  workers: readonly number[];
}

const whole: Sizes = {
  ...{ tenants: 24, from: 20, most: 400, mostMinimal: 3_000 },
  ...{ secondsEach: 12, apart: true, workers: [1, 2, 4] },
};
const tiny: Sizes = {
  tenants: 3,
  from: 4,
  most: 4,
  mostMinimal: 8,
  secondsEach: 1,
  apart: false,
  workers: [2],
};
const goalShare = 0.3;

export const throughput: Area = {
  name: 'throughput',
  about:
    'Messages a second, half from customers and half of agents, until of a hundred more than one takes over a second; every limit of the platforms on, the stand-in for them and the sender on the same machine. Beside it the least that a durable pipeline does, measured before and after.',
  async run(setting) {
    const sizes = setting.quick ? tiny : whole;
    const first = await inScope((scope) => minimal(scope, sizes, setting));
    const rows: { setup: Setup; result?: Result }[] = [];
    for (const setup of setupsOf(sizes, setting.redisServer)) {
      const canRun = !setup.needsRedis || setting.redisServer !== undefined;
      const result = canRun ? await inScope((scope) => sustained(scope, sizes, setup, setting)) : undefined;
      rows.push({ setup, result });
    }
    const last = await inScope((scope) => minimal(scope, sizes, setting));
    const limit = (first.sustained + last.sustained) / 2;
    return [
      {
        what: 'minimal durable pipeline, one process',
        figures: [
          { name: 'before', value: first.sustained, unit: '/s' },
          { name: 'after', value: last.sustained, unit: '/s' },
        ],
      },
      ...rows.map(({ setup, result }) => rowOf(setup, result, limit)),
    ];
  },
};

interface Result {
  found: Found;
  /** At the sustained rate, once more. */
  cpu: CpuShare[];
  tooMuch: string[];
}

/** Everything in one process over PostgreSQL alone, separate processes, and separate processes with Redis. */
function setupsOf({ apart, workers }: Sizes, redisServer: string | undefined): Setup[] {
  const withRedis = workers.map((worker) => ({
    name: `Redis, web + ${worker} worker${worker === 1 ? '' : 's'} + gateway`,
    stage: { backend: 'redis' as const, redisServer, worker },
    needsRedis: true,
  }));
  return [
    { name: 'embedded, one process in all roles', stage: { allInOne: true } },
    ...(apart ? [{ name: 'PostgreSQL alone, web + 1 worker + gateway', stage: {} }] : []),
    ...withRedis,
  ];
}

async function inScope<Of>(work: (scope: Scope) => Promise<Of>): Promise<Of> {
  const scope = openScope();
  try {
    return await work(scope);
  } finally {
    await scope.close();
  }
}

async function minimal(scope: Scope, sizes: Sizes, { say }: Setting): Promise<Found> {
  return searchLimit(await openMinimal(scope), {
    ...{ from: sizes.from, most: sizes.mostMinimal, secondsEach: sizes.secondsEach },
    random: randomOf(7),
    settled: async () => {},
    tell: (step) => say(`minimal pipeline: ${stepText(step)}`),
  });
}

async function sustained(
  scope: Scope,
  { tenants, most, from, secondsEach }: Sizes,
  { name, stage }: Setup,
  { say }: Setting,
): Promise<Result> {
  const random = randomOf(7);
  const crowd = await openCrowd(scope, { tenants, rate: most, stage });
  say(`${name}: ${crowd.talks} conversations are open`);
  const found = await searchLimit(crowd, {
    ...{ from, most, secondsEach, random },
    settled: () => crowd.stage.settled(),
    tell: (step) => say(`${name}: ${stepText(step)}`),
  });
  const watched = await cpuOfStage(crowd.stage);
  const rate = Math.max(1, found.sustained);
  await travel(crowd, { rate, seconds: secondsEach, random, patienceMs: 20_000 });
  return { found, cpu: watched(), tooMuch: crowd.tooMuch() };
}

const stepText = ({ rate, spread, isKept }: Step): string =>
  `${Math.round(rate)}/s ${isKept ? 'kept' : 'not kept'} (p99 ${Math.round(spread.p99)} ms)`;

function rowOf({ name }: Setup, result: Result | undefined, limit: number): Measured {
  if (!result) return { what: name, figures: [], notRun: 'no redis-server was found' };
  const { found, cpu, tooMuch } = result;
  const last = found.steps.filter(({ isKept }) => isKept).at(-1);
  const figures: Figure[] = [
    { name: found.atLeast ? 'at least' : 'sustained', value: found.sustained, unit: '/s' },
    ...(last ? [{ name: 'p95 there', value: last.spread.p95, unit: 'ms' }] : []),
    { name: 'refused by platforms as too much', value: tooMuch.length, unit: '' },
    ...cpu.map(cpuFigure),
  ];
  const value = found.sustained / limit;
  return {
    what: name,
    ratio: { value, of: 'the minimal durable pipeline' },
    goal: atLeastShare(goalShare, value),
    figures,
    notes: [...new Set(tooMuch)].slice(0, 5),
  };
}
