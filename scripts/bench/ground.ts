import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../core/storage/embedded.js';
import type { Scope } from '../../tests/sandbox.js';

/** A folder that other users, PostgreSQL's among them, may enter, and that goes when the area ends. */
export async function temporaryFolder(scope: Scope): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-bench-'));
  scope.after(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}

/** A PostgreSQL of the area's own, which forces what is committed to disk. */
export async function durablePostgres(scope: Scope): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dir: path.join(await temporaryFolder(scope), 'postgres') });
  scope.after(() => postgres.stop());
  return postgres;
}
