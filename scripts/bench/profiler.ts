/**
 * Loaded into a process of the product by `--import`, so that its profile covers the load and nothing before it: SIGUSR2 begins,
 * and the next one ends and writes the file named by IMDESK_PROFILE, whose `<pid>` is the process's number.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';

const file = process.env.IMDESK_PROFILE?.replace('<pid>', String(process.pid));
const session = new Session();
let running = false;

if (file !== undefined)
  process.on('SIGUSR2', () => {
    if (!running) {
      running = true;
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.start');
      return;
    }
    running = false;
    session.post('Profiler.stop', (_error: Error | null, { profile }: Profiler.StopReturnType) => {
      // Whoever waits for it must never see half of it.
      writeFileSync(`${file}.part`, JSON.stringify(profile));
      renameSync(`${file}.part`, file);
      session.disconnect();
    });
  });
