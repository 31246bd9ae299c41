import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has in memory now, in MB. */
export const residentMb = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

/** Linux counts in hundredths of a second. */
const tickMs = 10;

/** The time a process has had on the processors, where the system tells it finely. Other work on the machine hardly changes it. */
export function cpuMs(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
