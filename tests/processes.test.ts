/** The production entry, as PM2 starts it: three processes in one role each, on one database and one clock. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../core/clock.js';
import { loadOrCreateMasterKey } from '../core/secrets/master-key.js';
import { Vault } from '../core/secrets/vault.js';
import { companyWorld, secrets, topicGroup, webAccount } from './company.js';
import { emptyDatabase, testDatabase } from './database.js';
import { freePort, setUpCompany } from './imdesk.js';
import { startSandbox, until } from './sandbox.js';
import { cardText, Seat } from './seat.js';
import { openVisit } from './visitor.js';

const main = fileURLToPath(new URL('../server/main.js', import.meta.url));
const minute = 60_000;

interface Running {
  url: string;
  child: ChildProcess;
  output(): string;
  /** Asks it to end. @returns its exit code and how long it took */
  end(): Promise<{ code: number | null; ms: number }>;
}

/** @throws with what it said, when it ends before it is ready */
async function startRole(t: TestContext, env: Record<string, string>): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    env: { PATH: process.env.PATH, PORT: String(port), HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`it ended with ${code}: ${output}`))),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    output: () => output,
    async end() {
      const begun = performance.now();
      child.kill('SIGTERM');
      const [code] = await exited;
      return { code, ms: performance.now() - begun };
    },
  };
}

for (const transport of ['http', 'socket'] as const) {
  test(`${transport}: web, worker and gateway carry a conversation between them`, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-processes-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { url: databaseUrl, db } = await testDatabase(t);
    const vault = new Vault({
      db,
      masterKey: await loadOrCreateMasterKey(path.join(folder, 'master.key')),
      clock: systemClock,
    });
    const sandbox = await startSandbox(t, {});
    await setUpCompany(
      { db, databaseUrl, vault, clock: systemClock },
      { transport, sandboxUrl: sandbox.url },
    );
    const env = (role: string) => ({
      IMDESK_ROLES: role,
      IMDESK_DATA: folder,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'debug',
      CLOCK_URL: `${sandbox.url}/control/clock`,
    });
    const web = await startRole(t, env('web'));
    const tell = () => sandbox.control('PUT', 'world', companyWorld(transport, web.url));
    await tell();
    const [worker, gateway] = await Promise.all([startRole(t, env('worker')), startRole(t, env('gateway'))]);
    const all = [web, worker, gateway];
    await until('all are ready', async () => {
      const ready = await Promise.all(all.map(async ({ url }) => (await fetch(`${url}/readyz`)).ok));
      return ready.every(Boolean);
    });
    assert.equal((await fetch(`${worker.url}/channels/web/widget.js`)).status, 404, 'a worker has no doors');
    if (transport === 'http') {
      await until('the callback address is verified', async () => {
        const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
        return urls.some(({ verified }) => verified);
      });
    }

    const lin = new Seat(sandbox, 'lin');
    const customer = await openVisit(web.url, webAccount, '王女士');
    await customer.says('转人工');
    const card = await lin.card(topicGroup, '王女士', '认领');
    const click = await lin.clicks(card.id, { text: '认领' });
    assert.equal(click.toast?.type, 'success', JSON.stringify(click));
    assert.ok(click.cardUpdated);
    const shown = async () => (await lin.sees(topicGroup)).find(({ id }) => id === card.id) ?? assert.fail();
    await until('the card has a topic', async () => (await shown()).threadId !== undefined);
    const topic = (await shown()).threadId ?? assert.fail();
    await lin.says({ chat: topicGroup, thread: topic }, '您好');
    await customer.hears('您好');

    // The clock they share is moved: the waiting time on the next card is an hour's.
    await sandbox.control('POST', 'clock', { advanceMs: 60 * minute });
    const later = await openVisit(web.url, webAccount, '李先生');
    await until('time has passed for the web too', async () => {
      const [row] = await db.query<{ at: Date }>('select max(received_at) as at from inbox');
      await later.says('转人工');
      return (row?.at.getTime() ?? 0) > Date.now() + 50 * minute;
    });
    assert.ok(cardText(await lin.card(topicGroup, '李先生', '认领')));

    const ends = await Promise.all(all.map((one) => one.end()));
    for (const [index, { code, ms }] of ends.entries()) {
      assert.equal(code, 0, all[index]?.output());
      assert.ok(ms < 5_000, `${ms} ms`);
    }
    for (const { output } of all) {
      for (const secret of Object.values(secrets)) assert.ok(!output().includes(secret));
      assert.doesNotMatch(output(), /"level":(50|60)/);
    }
    assert.deepEqual(await db.query('select error from inbox where error is not null'), []);
  });
}

test('a process that ends while a send hangs ends in time, and the send is made good, once', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-processes-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url: databaseUrl, db } = await testDatabase(t);
  const masterKey = await loadOrCreateMasterKey(path.join(folder, 'master.key'));
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const sandbox = await startSandbox(t, {});
  await setUpCompany(
    { db, databaseUrl, vault, clock: systemClock },
    { transport: 'socket', sandboxUrl: sandbox.url },
  );
  await sandbox.control('PUT', 'world', companyWorld('socket', 'http://127.0.0.1:1'));
  const env = { IMDESK_DATA: folder, DATABASE_URL: databaseUrl, CLOCK_URL: `${sandbox.url}/control/clock` };
  const posting = { method: 'POST', path: '/open-apis/im/v1/messages' };
  await sandbox.control('POST', 'faults', {
    on: posting,
    kind: 'timeout-after-effect',
    ms: 60_000,
    times: 1,
  });

  const first = await startRole(t, env);
  await (await openVisit(first.url, webAccount, '王女士')).says('转人工');
  const lin = new Seat(sandbox, 'lin');
  await lin.card(topicGroup, '王女士');
  const { ms } = await first.end();
  assert.ok(ms < 5_000, `${ms} ms`);

  await startRole(t, env);
  // Whoever died holds its lease a while longer.
  await sandbox.control('POST', 'clock', { advanceMs: 2 * minute });
  await until('the send is settled', async () => {
    const open = await db.query(`select 1 from outbox where state in ('pending', 'sending')`);
    return open.length === 0;
  });
  assert.equal((await lin.sees(topicGroup)).length, 1);
  assert.deepEqual(await db.query(`select error from outbox where state in ('refused', 'unknown')`), []);
});

test('it brings an empty database up to the code, three at once', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-processes-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url, db } = await emptyDatabase(t);
  const env = (role: string) => ({ IMDESK_ROLES: role, IMDESK_DATA: folder, DATABASE_URL: url });
  await Promise.all(['web', 'worker', 'gateway'].map((role) => startRole(t, env(role))));
  assert.deepEqual(await db.query('select * from tenants'), []);
});

test('without a database, or with other mistakes, it says what is wrong and ends', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-processes-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const base = { IMDESK_DATA: folder };
  await assert.rejects(startRole(t, base), /ended with 1: .*DATABASE_URL: is required/s);
  await assert.rejects(
    startRole(t, { ...base, IMDESK_ROLES: 'all', LOG_LEVEL: 'loud' }),
    /IMDESK_ROLES.*LOG_LEVEL/s,
  );
  const nobody = { ...base, DATABASE_URL: 'postgres://imdesk:hunter2@127.0.0.1:1/imdesk' };
  await assert.rejects(startRole(t, nobody), (error: Error) => {
    assert.match(error.message, /ended with 1: .*127\.0\.0\.1:1/s);
    return !error.message.includes('hunter2');
  });
});

test('what PM2 is told names files that are there and roles that there are', async () => {
  const { apps } = await import(new URL('../../ecosystem.config.js', import.meta.url).href);
  const roles = apps.map((app: { name: string; script: string; env: { IMDESK_ROLES: string } }) => {
    assert.equal(app.script, path.relative(fileURLToPath(new URL('../../', import.meta.url)), main));
    return app.env.IMDESK_ROLES;
  });
  assert.deepEqual(roles, ['web', 'worker', 'gateway']);
});
