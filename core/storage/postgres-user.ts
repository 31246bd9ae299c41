import { constants } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** The user PostgreSQL runs as; null means "the user we are", which is right for everybody but root. */
export type PostgresUser = { uid: number; gid: number } | null;

const NOBODY = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root. Started by root it runs as the owner of its data, or for new data as the system's
 * `postgres` user, or as nobody.
 */
export async function postgresUser(data: string): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const ids = /^postgres:[^:]*:(\d+):(\d+):/m.exec(accounts);
  return ids ? { uid: Number(ids[1]), gid: Number(ids[2]) } : NOBODY;
}

/** What `spawn` needs to run as that user. The folder is one that every user may be in. */
export const runAs = (user: PostgresUser) =>
  user === null ? { cwd: path.parse(process.cwd()).root } : { cwd: '/', uid: user.uid, gid: user.gid };

/** Whether the user may enter the folder and every folder above it; a file is reached when it may also be read. */
export async function canReach(place: string, user: PostgresUser): Promise<boolean> {
  if (user === null) return true;
  const { mode, uid, gid } = await stat(place).then(
    (entry) => (entry.isDirectory() ? entry : { ...entry, mode: entry.mode >> 2 }),
    () => ({ mode: 0, uid: -1, gid: -1 }),
  );
  const enter =
    uid === user.uid ? constants.S_IXUSR : gid === user.gid ? constants.S_IXGRP : constants.S_IXOTH;
  const above = path.dirname(place);
  return (mode & enter) !== 0 && (above === place || (await canReach(above, user)));
}
