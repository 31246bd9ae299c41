/** Where the time goes at one rate: profiles of the product's processes, statements, and processor time. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Area, Figure, Measured, Setting } from './area.js';
import type { CpuShare } from './cpu.js';
import { openCrowd } from './crowd.js';
import { cpuOfStage } from './desk-cpu.js';
import { temporaryFolder } from './ground.js';
import { cpuFigure, randomOf } from './latency.js';
import { type SelfTime, selfTimes } from './profile.js';
import { countStatements, type Statement, statementsSince } from './statements.js';
import { type Spread, spreadOf, travel } from './travel.js';

interface Sizes {
  tenants: number;
  rate: number;
  seconds: number;
}

const whole: Sizes = { tenants: 12, rate: 30, seconds: 30 };
const tiny: Sizes = { tenants: 3, rate: 4, seconds: 2 };
const shown = { places: 12, functions: 15, statements: 15 };
const writtenWithinMs = 60_000;

export const spent: Area = {
  name: 'spent',
  about:
    'Where the time of a message goes at a steady rate: processor time of each process, the functions that take most of it, and the statements. The profiler and the counting cost something themselves.',
  run: async (setting) => rowsOf(await whereTimeGoes(setting, setting.quick ? tiny : whole)),
};

interface Spent {
  messages: number;
  seconds: number;
  spread: Spread;
  cpu: CpuShare[];
  /** In order of the time they took in PostgreSQL. */
  statements: Statement[];
  profiles: { process: string; places: SelfTime[]; functions: SelfTime[] }[];
}

async function whereTimeGoes({ scope }: Setting, { tenants, rate, seconds }: Sizes): Promise<Spent> {
  const folder = await temporaryFolder(scope);
  const profiler = new URL('./profiler.js', import.meta.url).href;
  const crowd = await openCrowd(scope, {
    ...{ tenants, rate },
    stage: {
      env: {
        NODE_OPTIONS: `--import ${profiler}`,
        IMDESK_PROFILE: path.join(folder, '<pid>.cpuprofile'),
      },
    },
    prepared: countStatements,
  });
  const { stage } = crowd;
  const trip = { rate, random: randomOf(11), patienceMs: 30_000 };
  await travel(crowd, { ...trip, seconds: Math.min(5, seconds) });
  await stage.settled();

  const signal = (): void => {
    for (const one of stage.processes) process.kill(one.pid() ?? 0, 'SIGUSR2');
  };
  const statements = await statementsSince(stage.db);
  const cpu = await cpuOfStage(stage);
  signal();
  const { journeys } = await travel(crowd, { ...trip, seconds });
  const shares = cpu();
  const asked = await statements();
  signal();
  const profiles: Spent['profiles'] = [];
  for (const one of stage.processes) {
    const text = await written(path.join(folder, `${one.pid()}.cpuprofile`));
    profiles.push({ process: one.name, ...selfTimes(text) });
  }
  return {
    ...{ messages: journeys.length, seconds, spread: spreadOf(journeys) },
    ...{ cpu: shares, statements: asked, profiles },
  };
}

async function written(file: string): Promise<string> {
  const deadline = performance.now() + writtenWithinMs;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
    if (performance.now() > deadline) throw new Error(`no profile was written: ${file}`);
    await pause(50);
  }
}

function rowsOf({ messages, spread, cpu, statements, profiles }: Spent): Measured[] {
  const calls = statements.reduce((sum, one) => sum + one.calls, 0);
  const perMessage = (value: number): number => value / messages;
  const all = cpu.reduce((sum, { cores }) => sum + cores, 0);
  const share = (part: number): string => `${(part * 100).toFixed(1)} %`;
  const turns = statements.filter(({ text }) => /^(begin|commit)$/i.test(text));
  const totals: Figure[] = [
    { name: 'statements', value: perMessage(calls), unit: '' },
    ...turns.map(({ text, calls }) => ({ name: `of which ${text}`, value: perMessage(calls), unit: '' })),
    { name: 'in PostgreSQL', value: perMessage(statements.reduce((sum, { ms }) => sum + ms, 0)), unit: 'ms' },
    { name: 'pages', value: perMessage(statements.reduce((sum, { pages }) => sum + pages, 0)), unit: '' },
    { name: 'p95', value: spread.p95, unit: 'ms' },
  ];
  return [
    {
      what: 'processor time',
      figures: cpu.map(cpuFigure),
      notes: cpu.map(({ name, cores }) => `${share(cores / Math.max(all, 1e-9))} ${name}`),
    },
    {
      what: 'a message',
      figures: totals,
      notes: statements
        .slice(0, shown.statements)
        .map(
          ({ text, calls, ms, pages }) =>
            `${perMessage(calls).toFixed(2)} × ${(ms / calls).toFixed(3)} ms, ${Math.round(pages / calls)} pages: ${text.slice(0, 120)}`,
        ),
    },
    ...profiles.map(({ process, places, functions }) => ({
      what: `${process}, where its own time goes`,
      figures: places
        .slice(0, shown.places)
        .map((one) => ({ name: one.name, value: one.share * 100, unit: '%' })),
      notes: functions.slice(0, shown.functions).map((one) => `${share(one.share)} ${one.name}`),
    })),
  ];
}
