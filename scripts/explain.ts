import { BadBackup } from '../core/backup/lines.js';
import { NotEmpty } from '../core/backup/restore.js';
import { WrongMasterKey } from '../core/secrets/data-key.js';
import { DatabaseUnavailable } from '../core/storage/database.js';
import { BadConfig } from '../server/config.js';

/** Why a command can't be carried out, in words for whoever typed it. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo';
}

const known = [CannotDo, BadConfig, BadBackup, NotEmpty, WrongMasterKey, DatabaseUnavailable];
const codes = new Set(['EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC']);

/** Words where the reader can do something about it; everything else with its stack. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (known.some((one) => error instanceof one)) return error.message;
  return 'code' in error && codes.has(String(error.code)) ? error.message : error;
}
