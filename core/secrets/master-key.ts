import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { KEY_BYTES } from './envelope.js';

/**
 * The master key under which every tenant's data key is wrapped.
 *
 * @param text  32 bytes in base64 (`openssl rand -base64 32`), with or without padding, or in hexadecimal
 * @param from  where it came from, for the error: the key itself is never repeated
 */
export function parseMasterKey(text: string, from: string): Buffer {
  const written = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(written) ? Buffer.from(written, 'hex') : Buffer.from(written, 'base64');
  if (key.length === KEY_BYTES && /^[\w+/-]+=*$/.test(written)) return key;
  throw new Error(`${from} must hold a key of 32 bytes in base64, as "openssl rand -base64 32" makes it.`);
}

/**
 * The key kept in that file, readable by its owner only. It is made when missing; of two processes starting together both
 * get the same. Whoever loses this file loses everything sealed under it, so it is forced to disk before it is used.
 */
export async function loadOrCreateMasterKey(file: string): Promise<Buffer> {
  const kept = await readMasterKey(file);
  if (kept) return kept;
  await mkdir(path.dirname(file), { recursive: true });
  const key = randomBytes(KEY_BYTES);
  const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    await handle.writeFile(`${key.toString('base64')}\n`);
    await handle.sync();
    await handle.close();
    await link(unfinished, file); // unlike a rename, refuses to replace what another process has just made
    return key;
  } catch (error) {
    const winner = await readMasterKey(file);
    if (winner) return winner;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** The key kept in that file, or undefined where there is none. */
export async function readMasterKey(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return text === undefined ? undefined : parseMasterKey(text, file);
}

/** A key for one purpose ("media link"), from which neither the master key nor any other purpose's can be found. */
export function deriveKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, KEY_BYTES));
}
