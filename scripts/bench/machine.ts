import { execFile } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { openDatabase } from '../../core/storage/database.js';
import { openScope } from '../../tests/scope.js';
import { durablePostgres } from './ground.js';

/** Where the figures were taken; without it they say little. */
export interface Machine {
  node: string;
  cores: number;
  cpu: string;
  memoryGb: number;
  /** Runnable processes over the last minute, before anything was measured: above the cores, others were at work. */
  load: number;
  postgres: string;
  fsync: string;
  /** How long one small transaction takes to be forced to disk, one after the other. */
  commitMs: number;
  redis?: string;
}

const commits = 50;

export async function lookAtMachine(redisServer: string | undefined): Promise<Machine> {
  const [load = 0] = loadavg();
  const scope = openScope();
  try {
    const { url } = await durablePostgres(scope);
    const db = openDatabase({ url, max: 1 });
    scope.after(() => db.end());
    const [row] = await db.query<{ version: string; fsync: string }>(
      `select current_setting('server_version') as version, current_setting('fsync') as fsync`,
    );
    await db.query('create table committed (at int)');
    const begun = performance.now();
    for (let at = 0; at < commits; at++) await db.query('insert into committed values ($1)', [at]);
    const commitMs = (performance.now() - begun) / commits;
    return {
      node: process.version,
      cores: cpus().length,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      memoryGb: totalmem() / 2 ** 30,
      load,
      postgres: row?.version ?? 'unknown',
      fsync: row?.fsync ?? 'unknown',
      commitMs,
      redis: redisServer === undefined ? undefined : await redisVersion(redisServer),
    };
  } finally {
    await scope.close();
  }
}

async function redisVersion(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ['--version']);
  return /v=([\d.]+)/.exec(stdout)?.[1] ?? stdout.trim();
}
