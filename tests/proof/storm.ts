import { setTimeout as delay } from 'node:timers/promises';
import { chances } from '../chance.js';
import { until } from '../sandbox.js';
import { openStage, type Stage } from '../stage.js';
import type { Findings, Proof, ProofSetting } from './proof.js';
import { type Journal, openJournal } from './storm/journal.js';
import { Book } from './storm/said.js';
import { begin, type Cast, castOn, plansFor } from './storm/scene.js';
import { auditSeen } from './storm/seen.js';
import { openShop } from './storm/shop.js';
import { lastWords, speak } from './storm/speech.js';
import { auditStored, keptIn } from './storm/stored.js';
import { armFault, openDeaths, type Place, placeOf } from './storm/weather.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const one = { web: 1, worker: 1, gateway: 1 };
const two = { web: 2, worker: 2, gateway: 2 };
const sizes = {
  short: { enterprises: 3, each: 1, rounds: 4, lanes: 1, kills: 6, faults: 4, processes: one },
  full: { enterprises: 5, each: 2, rounds: 100, lanes: 2, kills: 105, faults: 6, processes: two },
};

/** How the clock goes on between rounds, and how often so, that what failed comes again in the middle of it. */
const leaps = {
  short: { 0: 2, 2: 1, 16: 3, 61: 1, 301: 1, 3601: 1, 21601: 0 },
  full: { 0: 40, 2: 20, 16: 25, 61: 6, 301: 6, 3601: 2, 21601: 0.6 },
};
const pauseMaxMs = 1_200;

/** What is left when all is calm again comes by itself within these: every platform's last try, and every lease. */
const calmAfter = [16 * second, 61 * second, 5 * minute, hour, 6 * hour + minute];

export const storm: Proof = {
  number: 1,
  name: 'Nothing lost, nothing doubled, in order',
  claim:
    'Whatever was accepted is stored once and in order, and every send was seen once or is shown as unknown, while processes, ' +
    'PostgreSQL and Redis are killed and every platform fails as it can.',
  backends: ['postgres', 'redis'],
  run,
};

async function run({ scope, seed, size, backend, redisServer, say: tell }: ProofSetting): Promise<Findings> {
  const begun = performance.now();
  const say = (line: string) => tell(`${Math.round((performance.now() - begun) / second)} s: ${line}`);
  const { enterprises, each, processes } = sizes[size];
  const shop = await openShop(scope, chances(seed + 1));
  const stage = await openStage(scope, {
    ...processes,
    backend,
    redisServer,
    plans: plansFor(enterprises, shop),
  });
  const book = new Book();
  const journal = openJournal(stage, book);
  const counted: Record<string, number> = {};
  const count = (what: string, times = 1) => {
    counted[what] = (counted[what] ?? 0) + times;
  };
  const casts = await castOn(stage, shop, each);
  await begin(casts, book);
  await calm(stage);
  await journal.begins();
  say(`${casts.reduce((sum, { customers }) => sum + customers.length, 0)} customers have an agent`);

  shop.behaves(false);
  await blow({ stage, casts, book, journal, seed, size, count, say });
  shop.behaves(true);
  say('the storm is over');
  await stage.sandbox.control('DELETE', 'faults');
  await until('every process is ready', stage.isReady, 600_000);
  book.isCalm = true;
  await Promise.all(casts.map((cast) => lastWords(cast, { book, journal })));
  await stored(stage, book);
  for (const ms of calmAfter) {
    await stage.advance(ms);
    await stage.atRest(600_000);
    await journal.look();
  }
  await calm(stage);
  await journal.look();
  say('all is calm');

  const broken: string[] = [];
  const known = auditStored(await keptIn(stage), book, broken, count);
  const customers = casts.flatMap((cast) => cast.customers);
  await auditSeen({
    stage,
    known,
    book,
    customers,
    agents: casts.map(({ agent }) => agent),
    shop,
    broken,
    count,
  });
  await auditLeft(stage, broken);
  return { counted: { ...counted, ...journal.counted }, broken };
}

interface Blowing extends Pick<ProofSetting, 'seed' | 'size' | 'say'> {
  stage: Stage;
  casts: readonly Cast[];
  book: Book;
  journal: Journal;
  count(what: string): void;
}

/** Everybody speaks round after round, until as many have died as were to. */
async function blow({ stage, casts, book, journal, seed, size, count, say }: Blowing): Promise<void> {
  const { lanes, kills, faults, rounds } = sizes[size];
  const chance = chances(seed);
  const places = placesOf(casts);
  const deaths = openDeaths(stage, count, say);
  let isDying = true;
  const dying = Promise.all(
    Array.from({ length: lanes }, (_, lane) => deaths.killMany(kills, chances(seed * 100 + lane))),
  ).finally(() => {
    isDying = false;
  });
  // Waited for at the end.
  dying.catch(() => {});
  for (let round = 1; isDying || round <= rounds; round++) {
    for (let nth = 0; nth < faults; nth++) count(`armed: ${await armFault(stage, chance, places)}`);
    const pauseMs = chance.number(pauseMaxMs);
    const spoken = casts.map((cast) => speak(cast, { book, journal, chance }));
    const repeated = repeatOld(casts, { book, chance, count });
    await Promise.all([...spoken, repeated]);
    await deaths.watchOver();
    await delay(pauseMs);
    await leap(stage, Number(chance.weighted(leaps[size])) * second);
    await journal.look();
    if (round % 10 === 0) say(`${round} rounds, ${book.all.length} messages`);
  }
  await dying;
  await deaths.watchOver();
}

/** Messages that were taken long ago are handed over again, as a shop's own queue would. */
async function repeatOld(
  casts: readonly Cast[],
  { book, chance, count }: { book: Book; chance: ReturnType<typeof chances>; count(what: string): void },
): Promise<void> {
  const customers = casts
    .flatMap((cast) => cast.customers)
    .filter(({ saysAgain }) => saysAgain !== undefined);
  const again = customers.flatMap((customer) => {
    const old = book.all.filter(
      (said) => said.customer === customer && said.by === 'customer' && said.acceptedAt !== undefined,
    );
    const said = chance.one(old);
    return said && chance.chance(0.5) ? [said] : [];
  });
  for (const { customer, mark, text } of again)
    if (await customer.saysAgain?.(mark, text)) count('messages of the api channel handed over again');
}

/** Where things go wrong: every app, and the channels that call or are called. */
function placesOf(casts: readonly Cast[]): Place[] {
  const apps = casts.map(({ agent }) => placeOf(agent.app));
  const channels = casts
    .flatMap(({ customers }) => customers)
    .flatMap(({ channel, pushedBy }): Place[] => {
      if (channel === 'wechat-official' && pushedBy) return [{ platform: channel, app: pushedBy }];
      return channel === 'wechat-kf' ? [{ platform: 'wecom' }] : [];
    });
  return [...apps, ...channels];
}

/** Moves the clock for everybody, without asking the database, which may be dead. */
async function leap(stage: Stage, ms: number): Promise<void> {
  if (ms === 0) return;
  const to = stage.clock.now() + ms;
  await stage.sandbox.control('POST', 'clock', { advanceMs: ms });
  await until('the clock has moved', () => stage.clock.now() >= to);
}

const tries = 30;

/** What is pulled comes in real time: waits a while until nothing that was accepted is missing. The audit says what is. */
async function stored(stage: Stage, book: Book): Promise<void> {
  const isStored = async (): Promise<boolean> => {
    const kept = new Set((await keptIn(stage)).map(({ mark }) => mark));
    return book.all.every(({ mark, acceptedAt }) => acceptedAt === undefined || kept.has(mark));
  };
  await until('everything is stored', isStored, 150_000).catch(() => {});
}

/** Nothing is left: what waits for its turn, or for a limit, has its time. */
async function calm(stage: Stage): Promise<void> {
  for (let nth = 0; nth < tries; nth++) {
    await stage.atRest(600_000);
    const { inbox, outbox, tasks } = await stage.left();
    if (inbox + outbox + tasks === 0) return;
    await stage.advance(minute);
  }
}

async function auditLeft(stage: Stage, broken: string[]): Promise<void> {
  const { inbox, outbox, tasks } = await stage.left();
  if (inbox + outbox + tasks > 0)
    broken.push(`${inbox} inbox rows, ${outbox} outbox rows and ${tasks} tasks are left undone`);
  const aside = await stage.db.query<{ mailbox: string; error: string }>(
    'select mailbox, error from inbox where error is not null',
  );
  for (const { mailbox, error } of aside) broken.push(`a row of ${mailbox} was put aside: ${error}`);
}
