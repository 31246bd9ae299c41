import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';

/**
 * A backup is one compressed file of JSON, a value a line, that any release and any machine can read: an object begins a
 * part, an array is a row of the table whose part it is, a text is a piece of a file's bytes. The last line says that it is whole.
 */
const header = z.object({
  imdesk: z.literal('backup'),
  format: z.literal(1),
  /** When the one moment was that all of it shows, in epoch milliseconds. */
  at: z.number(),
  /** What had been applied to the database, in order. */
  migrations: z.array(z.string()),
});
const row = z.array(z.string().nullable());
const line = z.union([
  row,
  z.string(),
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ sequence: z.string(), last: z.string() }),
  z.object({ file: z.string(), bytes: z.number() }),
  z.object({ end: z.object({ rows: z.number(), files: z.number() }) }),
  header,
]);

export type BackupHeader = z.infer<typeof header>;
export type BackupLine = z.infer<typeof line>;
export type BackupRow = z.infer<typeof row>;

/** A file that is no backup, or not the whole of one. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

const lightly = 4;

/** Resolves when the next one may be written. */
export type WriteLine = (line: BackupLine) => Promise<void>;

/** Writes under another name until it is whole and on disk. @throws when there is a file already */
export async function writeBackup<T>(file: string, fill: (write: WriteLine) => Promise<T>): Promise<T> {
  // Reserved for its owner before anything is in it, and never another's.
  await (await open(file, 'wx', 0o600)).close();
  const unfinished = `${file}.unfinished`;
  const packed = createGzip({ level: lightly });
  const written = pipeline(packed, createWriteStream(unfinished, { mode: 0o600, flush: true }));
  // A disk that is full is told to whoever waits for it, below.
  written.catch(() => {});
  try {
    const drained = () => Promise.race([once(packed, 'drain'), written]);
    const filled = await fill(async (one) => {
      if (!packed.write(`${JSON.stringify(one)}\n`)) await drained();
    });
    packed.end();
    await written;
    await rename(unfinished, file);
    const folder = await open(path.dirname(path.resolve(file)), 'r');
    await folder.sync().finally(() => folder.close());
    return filled;
  } catch (error) {
    packed.destroy();
    await written.catch(() => {});
    await Promise.all([file, unfinished].map((one) => rm(one, { force: true })));
    throw error;
  }
}

/** @throws {BadBackup} at the place where it is broken, or at its end when it has none */
export async function* readBackup(file: string): AsyncGenerator<BackupLine> {
  const bytes = createReadStream(file);
  const plain = bytes.pipe(createGunzip());
  bytes.on('error', (error) => plain.destroy(error));
  let last: BackupLine | undefined;
  try {
    for await (const text of linesOf(plain)) {
      last = line.parse(JSON.parse(text));
      yield last;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw error;
    throw new BadBackup(
      `${file} is no backup, or is damaged: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    bytes.destroy();
  }
  if (typeof last !== 'object' || !('end' in last))
    throw new BadBackup(`${file} is not whole: its end is missing.`);
}

async function* linesOf(plain: Readable): AsyncGenerator<string> {
  plain.setEncoding('utf8');
  let begun = '';
  for await (const chunk of plain) {
    const [first = '', ...more] = String(chunk).split('\n');
    begun += first;
    for (const next of more) {
      yield begun;
      begun = next;
    }
  }
  if (begun !== '') throw new Error('it ends within a line');
}

export const isHeader = (one: BackupLine): one is BackupHeader => typeof one === 'object' && 'imdesk' in one;
