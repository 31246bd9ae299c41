import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../../tests/sandbox.js';
import { openScope } from '../../tests/scope.js';
import { movableClock } from '../clock.js';
import { silent } from '../log.js';
import { openDatabase } from './database.js';
import { startEmbeddedPostgres } from './embedded.js';
import { openHistory } from './replica.js';

const patientMs = 60_000;

test('history is read from a standby that follows, and from the primary when it is behind, cut off or gone', async (t) => {
  const scope = openScope();
  t.after(() => scope.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-replica-'));
  await chmod(folder, 0o755);
  scope.after(() => rm(folder, { recursive: true, force: true }));
  const [first, second] = [path.join(folder, 'first'), path.join(folder, 'second')];
  const made = await startEmbeddedPostgres({ dir: first });
  await made.stop();
  // A copy of a database at rest is a standby's beginning.
  await mkdir(second);
  await cp(path.join(first, 'data'), path.join(second, 'data'), {
    recursive: true,
    preserveTimestamps: true,
  });
  await chmod(path.join(second, 'data'), 0o700);
  const port = Number(new URL(made.url).port);
  const server = await startEmbeddedPostgres({ dir: first, port });
  scope.after(() => server.stop());
  const { username, password } = new URL(server.url);
  const follows = `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\n`;
  await writeFile(path.join(second, 'data/postgresql.auto.conf'), follows);
  await writeFile(path.join(second, 'data/standby.signal'), '');
  const standby = await startEmbeddedPostgres({ dir: second });
  scope.after(() => standby.stop());

  const primary = openDatabase({ url: server.url, max: 2 });
  const replica = openDatabase({ url: standby.url, max: 2 });
  scope.after(async () => void (await Promise.all([primary.end(), replica.end()])));
  const clock = movableClock(1_000_000);
  const history = openHistory({ primary, replica, clock, log: silent });
  await primary.query('create table said (words text)');
  const isReplica = async () => {
    const [row] = await history.query<{ is: boolean }>('select pg_is_in_recovery() as is');
    return row?.is === true;
  };
  const follow = () =>
    until(
      'the standby is read',
      () => {
        clock.advance(1_001);
        return isReplica();
      },
      patientMs,
    );
  await follow();

  // Nothing is replayed any more: what it shows gets older, and after five seconds it is not read.
  await replica.query('select pg_wal_replay_pause()');
  await until(
    'it is paused',
    async () =>
      (await replica.query<{ state: string }>('select pg_get_wal_replay_pause_state() as state'))[0]
        ?.state === 'paused',
    patientMs,
  );
  await primary.query(`insert into said values ('您好')`);
  for (let second = 0; second < 7; second += 1) {
    clock.advance(1_001);
    await isReplica();
  }
  assert.equal(await isReplica(), false);
  assert.deepEqual(
    await history.query('select words from said'),
    [{ words: '您好' }],
    'nothing stale is shown',
  );
  await replica.query('select pg_wal_replay_resume()');
  await follow();
  assert.deepEqual(await history.query('select words from said'), [{ words: '您好' }]);

  await standby.stop();
  assert.equal(await isReplica(), false, 'a standby that is gone costs nobody an answer');
});
