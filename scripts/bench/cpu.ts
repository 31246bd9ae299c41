import { readdirSync, readFileSync } from 'node:fs';

/** Processes that are counted together under one name. */
export interface CpuGroup {
  name: string;
  /** The process, with all that it has started if `withChildren`. */
  pid: number | undefined;
  withChildren?: boolean;
}

export interface CpuShare {
  name: string;
  /** Of one core, over the time watched: 1 is a core kept busy all the time. */
  cores: number;
}

/** Clock ticks a second in /proc; Linux has told programs 100 on every machine since 2.6. */
const ticksPerSecond = 100;

interface Stat {
  parent: number;
  /** Its own and that of children that have ended, in ticks. */
  ticks: number;
}

/** See proc_pid_stat(5). The name in brackets may hold anything, so what is counted begins behind the last one. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent: fields[1] ?? 0, ticks: user + system + endedUser + endedSystem };
  } catch {
    return undefined;
  }
}

function allStats(): Map<number, Stat> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return new Map(
    pids.flatMap((pid) => {
      const stat = statOf(pid);
      return stat ? [[pid, stat] as const] : [];
    }),
  );
}

function ticksOf({ pid, withChildren }: CpuGroup): number {
  if (pid === undefined) return 0;
  if (!withChildren) return statOf(pid)?.ticks ?? 0;
  const all = allStats();
  const family = [...all].filter(([each, { parent }]) => each === pid || parent === pid);
  return family.reduce((sum, [, { ticks }]) => sum + ticks, 0);
}

/**
 * Watches what processor time each group takes from now on. @returns the way to ask for it; empty where there is no /proc
 */
export function watchCpu(groups: readonly CpuGroup[]): () => CpuShare[] {
  if (process.platform !== 'linux') return () => [];
  const begunAt = performance.now();
  const before = groups.map(ticksOf);
  return () => {
    const seconds = (performance.now() - begunAt) / 1_000;
    return groups.map((group, at) => ({
      name: group.name,
      cores: Math.max(0, ticksOf(group) - (before[at] ?? 0)) / ticksPerSecond / seconds,
    }));
  };
}

/** The process that started this one. */
export const parentOf = (pid: number): number | undefined => statOf(pid)?.parent;

/** A process that this one started, found by what stands in its command line. */
export function childWith(words: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const mine = [...allStats()].filter(([, { parent }]) => parent === process.pid);
  return mine.find(([pid]) => commandOf(pid).includes(words))?.[0];
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
