import type { Stage } from '../../tests/stage.js';
import { type CpuGroup, type CpuShare, childWith, parentOf, watchCpu } from './cpu.js';

/** Everything that runs while a stage is under load, the sender of the load included. */
export async function cpuOfStage({ db, processes, redis }: Stage): Promise<() => CpuShare[]> {
  const [backend] = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
  const groups: CpuGroup[] = [
    ...processes.map((one) => ({ name: one.name, pid: one.pid() })),
    { name: 'PostgreSQL', pid: backend && parentOf(backend.pid), withChildren: true },
    ...(redis ? [{ name: 'Redis', pid: childWith('redis-server') }] : []),
    { name: 'the sandbox (the platforms)', pid: childWith('sandbox/main.js') },
    { name: 'the sender and its looking', pid: process.pid },
  ];
  return watchCpu(groups);
}
