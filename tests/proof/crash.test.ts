import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { destinationLeaseMs } from '../../core/outbox/drain.js';
import { chances } from '../chance.js';
import { jumpingClock } from '../clocks.js';
import { type HouseOptions, openHouse } from '../house.js';

const worker = fileURLToPath(new URL('./crash-worker.js', import.meta.url));
const customers = ['王女士', '李先生', '赵小姐'];
const kills = 5;
const perCustomer = 24;

/** A process of its own that does all the work, killed and begun again; the leases of the dead end since time jumps. */
async function openWorkshop(t: TestContext, members?: HouseOptions['members']) {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, receivesOnly: true, members });
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-crash-'));
  const file = path.join(folder, 'arrived');
  await writeFile(file, '');
  let working: ChildProcess | undefined;
  const begin = async () => {
    const ahead = String(clock.now() - Date.now());
    const settings = [house.url, house.masterKey.toString('hex'), file, ahead];
    working = spawn(process.execPath, [worker, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
    const died = once(working, 'exit').then(() => Promise.reject(new Error('the worker did not begin')));
    await Promise.race([working.stdout && once(working.stdout, 'data'), died]);
    died.catch(() => {});
  };
  const kill = async () => {
    if (!working || working.exitCode !== null || working.signalCode !== null) return;
    const gone = once(working, 'exit');
    working.kill('SIGKILL');
    await gone;
  };
  t.after(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  const arrived = async () =>
    (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => {
        const [key = '', person = '', words = ''] = line.split('\t');
        return { key, person, words };
      });
  return { house, clock, begin, kill, arrived };
}

const numbersIn = (words: readonly string[]) =>
  words.flatMap((one) => /#(\d+)$/.exec(one)?.[1] ?? []).map(Number);
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number + 1);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('killed again and again in the middle of a burst, it loses nothing, repeats nothing and keeps the order', async (t) => {
  const seed = Number(process.env.SEED ?? 1);
  t.diagnostic(`seed ${seed}`);
  const { number } = chances(seed);
  const { house, clock, begin, kill, arrived } = await openWorkshop(t);
  const lin = house.member('林小满');
  await begin();
  for (const name of customers) await house.customer(name).says('转人工');
  await house.settled();
  await house.db.query(
    `update conversations set state = 'active', owner_id = $1, claimed_at = waiting_since, version = version + 1`,
    [house.memberId('林小满')],
  );
  const codes = await house.db.query<{ name: string; code: string }>(
    `select c.name, v.code from conversations v join customers c on c.tenant_id = v.tenant_id and c.id = v.customer_id`,
  );

  const burst = (async () => {
    for (const count of upTo(perCustomer)) {
      for (const { name, code } of codes) {
        await house.customer(name).says(`在吗 #${count}`);
        await lin.types(`${code} 在的 #${count}`);
        await pause(number(40));
      }
    }
  })();
  for (let killed = 0; killed < kills; killed++) {
    await pause(150 + number(500));
    await kill();
    clock.jump(destinationLeaseMs + 1);
    await begin();
  }
  await burst;
  await house.settled();
  await kill();

  assert.deepEqual(await house.putAside(), []);
  const taken = await arrived();
  assert.equal(new Set(taken.map((one) => one.key)).size, taken.length, 'the platform was fooled');
  for (const { name } of codes) {
    const stored = await house.db.query<{ author: string; words: string }>(
      `select m.author_kind as author, m.content ->> 'text' as words from messages m
         join conversations v on v.id = m.conversation_id join customers c on c.id = v.customer_id
        where c.name = $1 order by m.number`,
      [name],
    );
    const by = (author: string) =>
      numbersIn(stored.filter((one) => one.author === author).map((one) => one.words));
    assert.deepEqual(by('customer'), upTo(perCustomer), `what ${name} said, as it is kept`);
    assert.deepEqual(by('agent'), upTo(perCustomer), `what ${name} was answered, as it is kept`);
    const shown = taken.filter((one) => one.person === '林小满' && one.words.includes(`${name}：`));
    assert.deepEqual(
      numbersIn(shown.map((one) => one.words)),
      upTo(perCustomer),
      `what the agent was shown of ${name}`,
    );
    const heard = taken.filter((one) => one.person === name);
    assert.deepEqual(numbersIn(heard.map((one) => one.words)), upTo(perCustomer), `what ${name} heard`);
  }
});

test('killed while forty conversations are given on, each is given once, whoever asks again', async (t) => {
  const seed = Number(process.env.SEED ?? 1);
  t.diagnostic(`seed ${seed}`);
  const { number } = chances(seed);
  const { house, clock, begin, kill, arrived } = await openWorkshop(t, [
    { name: '林小满', role: 'agent', capacity: 50 },
    { name: '陈亦舟', role: 'agent', capacity: 30 },
    { name: '何静姝', role: 'supervisor', serves: false },
  ]);
  await begin();
  const names = upTo(40).map((at) => `客户${at}`);
  for (const name of names) await house.customer(name).says('转人工');
  await house.settled();
  const [lin, chen] = [house.memberId('林小满'), house.memberId('陈亦舟')];
  await house.db.query(
    `update conversations set state = 'active', owner_id = $1, claimed_at = waiting_since, version = version + 1`,
    [lin],
  );
  const he = house.member('何静姝');
  const press = () =>
    he.clicks('member.reassignAll', { member: lin, to: `member:${chen}` }, undefined, 'the-same-press');
  await press();
  for (let killed = 0; killed < kills; killed++) {
    await pause(20 + number(250));
    await kill();
    clock.jump(destinationLeaseMs + 1);
    await begin();
    await press();
  }
  await house.settled();
  await kill();

  assert.deepEqual(await house.putAside(), []);
  const audit = await house.db.query<{ ok: boolean; subject: string }>(
    `select ok, subject from invocations where operation = 'conversation.reassign'`,
  );
  assert.equal(audit.length, 40, 'one row for each');
  assert.equal(new Set(audit.map((one) => one.subject)).size, 40);
  const owners = await house.db.query<{ owner_id: string; count: number }>(
    'select owner_id, count(*)::int as count from conversations group by 1',
  );
  assert.deepEqual(
    new Map(owners.map((one) => [one.owner_id, one.count])),
    new Map([
      [chen, 30],
      [lin, 10],
    ]),
  );
  const given = await house.db.query(`select 1 from events where kind = 'conversation.reassigned'`);
  assert.equal(given.length, 30);
  const taken = await arrived();
  assert.equal(new Set(taken.map((one) => one.key)).size, taken.length, 'the platform was fooled');
  const told = taken.filter((one) => one.words.includes('陈亦舟 继续处理'));
  assert.deepEqual(
    [told.length, new Set(told.map((one) => one.person)).size],
    [30, 30],
    'each customer was told once',
  );
});
