import { readFileSync } from 'node:fs';
import { readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Whether a process with this id runs. Another user's counts; a zombie does not: in a container whose first process
 * does not collect its children, killed processes stay listed for ever.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  try {
    // "pid (name) state …": the name may itself hold brackets, so the state follows the last one.
    const state = /.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    return state !== 'Z' && state !== 'X';
  } catch {
    return process.platform !== 'linux';
  }
}

/**
 * Whether that process is the PostgreSQL of this data folder, and not something that was given the same id later. Where
 * there is no /proc the answer is yes for any running process: connecting with the folder's password then decides.
 */
export async function isPostgresOf(pid: number, data: string): Promise<boolean> {
  if (!isRunning(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const program = path.basename(await readlink(`/proc/${pid}/exe`)); // "postgres (deleted)" after an upgrade
    return program.startsWith('postgres') && (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
  } catch {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.split('\0').includes(data); // another user's process shows no more than its command
  }
}

/**
 * Whether that process is going away: it has let go of its program, but is still listed and may hold its files. Only of
 * a process that was known before; threads of the kernel look the same.
 */
export async function isEnding(pid: number): Promise<boolean> {
  if (process.platform !== 'linux' || !isRunning(pid)) return false;
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) === '' && isRunning(pid);
}
