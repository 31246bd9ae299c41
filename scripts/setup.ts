/**
 * Sets up an enterprise from a file: `npm run setup -- acme.json`. The shape is `core/setup/description.ts`; an example is
 * in the README. Prints where the platforms have to send their callbacks and the ids of the accounts, and what the
 * workspaces still lack.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { idsFrom, systemClock } from '../core/clock.js';
import { checkWorkspaces } from '../core/setup/check-workspaces.js';
import { descriptionSchema } from '../core/setup/description.js';
import { BadDescription, setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { loadPorts } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { openStorage } from '../server/storage.js';

async function setUp(file: string | undefined): Promise<void> {
  if (file === undefined) throw new BadDescription('Usage: npm run setup -- <file.json>');
  const description = descriptionSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!description.success) throw new BadDescription(z.prettifyError(description.error));
  const config = readConfig(process.env);
  const storage = await openStorage(config, systemClock, openLog('warn'));
  try {
    const parts = { ...storage, clock: systemClock, ids: idsFrom(systemClock), ...(await loadPorts()) };
    const done = await setUpTenant(parts, description.data);
    console.log(JSON.stringify(done, undefined, 2));
    for (const { workspace, problem } of await checkWorkspaces(parts, description.data, done.tenantId))
      console.error(`${workspace}: ${problem}`);
  } finally {
    await storage.stop();
  }
}

setUp(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof BadDescription ? error.message : error);
  process.exit(2);
});
