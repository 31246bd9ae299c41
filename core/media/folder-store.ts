import { createHash } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { MediaStore } from './store.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
let written = 0;

/** Files in a local folder, `<folder>/<tenant>/<first two digits>/<hash>`, readable by their owner only. */
export function folderStore(folder: string): MediaStore {
  const fileOf = (tenantId: string, sha256: Buffer) => {
    if (!UUID.test(tenantId)) throw new Error(`A tenant's id is a UUID, not ${JSON.stringify(tenantId)}.`);
    const hash = sha256.toString('hex');
    return path.join(folder, tenantId, hash.slice(0, 2), hash);
  };
  return {
    async put(tenantId, bytes) {
      const sha256 = createHash('sha256').update(bytes).digest();
      const file = fileOf(tenantId, sha256);
      if (!(await isThere(file))) await write(file, bytes);
      return sha256;
    },
    async get(tenantId, sha256) {
      return readFile(fileOf(tenantId, sha256)).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      });
    },
    async delete(tenantId, sha256) {
      await rm(fileOf(tenantId, sha256), { force: true });
    },
  };
}

/** Under another name first, so that a file with a hash for its name is always whole. */
async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  written += 1;
  const unfinished = `${file}.${process.pid}-${written}`;
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
