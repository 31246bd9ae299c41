import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { idsFrom, systemClock } from '../../core/clock.js';
import { Vault } from '../../core/secrets/vault.js';
import { setUpTenant } from '../../core/setup/set-up.js';
import { openDatabase } from '../../core/storage/database.js';
import { migrate } from '../../core/storage/migrate.js';
import { loadPorts } from '../../server/imdesk.js';
import { freePort } from '../../tests/imdesk.js';
import { imdeskProcess } from '../../tests/stage-processes.js';
import { type Door, description, doors } from './accept/doors.js';
import { bareAnswer, loadAnswer } from './accept/questions.js';
import { type Area, atLeastShare, type Measured, type Setting } from './area.js';
import { openChild } from './child.js';
import { durablePostgres, temporaryFolder } from './ground.js';
import { median } from './numbers.js';
import { cpuMs } from './process.js';

const goal = 0.7;

/** One of those that are compared at a door. */
interface Contender {
  name: string;
  knows: boolean;
  port: number;
  pid: number;
}

export const accept: Area = {
  name: 'accept',
  about:
    'webhooks accepted per second (verified, decrypted, durably recorded, answered) by one process in role web, beside bare Koa that parses as many bytes of JSON and inserts them; 64 connections, turn by turn',
  async run(setting) {
    const { scope, quick, say } = setting;
    const contenders = await openContenders(setting);
    const load = openChild(scope, new URL('./accept/load.js', import.meta.url), loadAnswer);
    const connections = quick ? 4 : 64;
    const send = async (door: Door, { name, knows, port, pid }: Contender, count: number) => {
      const before = cpuMs(pid);
      const { ms, refused, first } = await load.ask({ door, knows, port, count, connections });
      if (refused > 0) throw new Error(`${name} refused ${refused} of ${count} at ${door}: ${first}`);
      const used = cpuMs(pid);
      return {
        perSecond: (count / ms) * 1_000,
        cpu: before === undefined || used === undefined ? undefined : ((used - before) / count) * 1_000,
      };
    };
    const measured: Measured[] = [];
    for (const door of doors) {
      const samples = contenders.map((contender) => ({ contender, rates: [0], cpus: [0] }));
      for (const { contender } of samples) await send(door, contender, quick ? 8 : 1_500);
      for (const sample of samples) [sample.rates, sample.cpus] = [[], []];
      for (let round = 0; round < (quick ? 1 : 7); round++) {
        for (const { contender, rates, cpus } of samples) {
          const { perSecond, cpu } = await send(door, contender, quick ? 20 : 2_000);
          rates.push(perSecond);
          if (cpu !== undefined) cpus.push(cpu);
        }
      }
      say(`${door} is measured`);
      measured.push(rowOf(door, samples));
    }
    return measured;
  },
};

function rowOf(door: Door, samples: { contender: Contender; rates: number[]; cpus: number[] }[]): Measured {
  const [ours, ...others] = samples.map(({ contender: { name }, rates, cpus }) => ({
    name,
    rate: median(rates),
    cpu: median(cpus),
  }));
  const best = others.sort((a, b) => b.rate - a.rate)[0];
  if (!ours || !best) throw new Error('nobody to compare with');
  const ratio = ours.rate / best.rate;
  const all = [ours, ...others];
  return {
    what: door,
    ratio: { value: ratio, of: best.name },
    goal: atLeastShare(goal, ratio),
    figures: all.map(({ name, rate }) => ({ name, value: rate, unit: '/s' })),
    notes: [
      `time of its processor each: ${all.map(({ name, cpu }) => `${name} ${Math.round(cpu)} µs`).join(', ')}`,
    ],
  };
}

/** All on one PostgreSQL that forces commits to disk; only one of them works at a time. */
async function openContenders({ scope }: Setting): Promise<Contender[]> {
  const { url: databaseUrl } = await durablePostgres(scope);
  const db = openDatabase({ url: databaseUrl, max: 2 });
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  await migrate(db);
  const parts = { db, databaseUrl, vault, clock: systemClock, ids: idsFrom(systemClock) };
  await setUpTenant({ ...parts, ...(await loadPorts()) }, description);
  await db.end();

  const port = await freePort();
  const web = imdeskProcess('web', port, {
    ...{ IMDESK_ROLES: 'web', DATABASE_URL: databaseUrl, MASTER_KEY: masterKey.toString('base64') },
    IMDESK_DATA: path.join(await temporaryFolder(scope), 'data'),
  });
  scope.after(() => web.kill());
  await web.begin();
  const bare = async (name: string, table: string, grouped: boolean): Promise<Contender> => {
    const child = openChild(scope, new URL('./accept/bare.js', import.meta.url), bareAnswer);
    const { port } = await child.ask({ databaseUrl, table, grouped });
    return { name, knows: false, port, pid: child.pid };
  };
  return [
    { name: 'Imdesk', knows: true, port, pid: web.pid() ?? 0 },
    await bare('bare Koa, an insert each', 'bare_each', false),
    await bare('bare Koa, shared inserts', 'bare_shared', true),
  ];
}
