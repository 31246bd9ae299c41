/**
 * Sets up an enterprise from a file: `npm run setup -- acme.json`. The shape is `core/setup/description.ts`; an example is
 * in the README. Prints where the platforms have to send their callbacks and the ids of the accounts, and what the
 * workspaces still lack. `npm run setup -- --check` asks that again, of all workspaces there are.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { idsFrom, systemClock } from '../core/clock.js';
import { checkWorkspaces } from '../core/setup/check-workspaces.js';
import { type Description, descriptionSchema } from '../core/setup/description.js';
import { BadDescription, setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { loadPorts } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { openStorage } from '../server/storage.js';

async function setUp(asked: string | undefined): Promise<void> {
  if (asked === undefined) throw new BadDescription('Usage: npm run setup -- <file.json>, or --check');
  const description = asked === '--check' ? undefined : await described(asked);
  const config = readConfig(process.env);
  const storage = await openStorage(config, systemClock, openLog('warn'));
  try {
    const parts = { ...storage, clock: systemClock, ids: idsFrom(systemClock), ...(await loadPorts()) };
    const done = description && (await setUpTenant(parts, description));
    if (done) console.log(JSON.stringify(done, undefined, 2));
    const lacks = await checkWorkspaces(parts, done?.tenantId);
    for (const { workspace, problem } of lacks) console.error(`${workspace}: ${problem}`);
    if (!done && lacks.length === 0) console.log('All workspaces are ready.');
  } finally {
    await storage.stop();
  }
}

async function described(file: string): Promise<Description> {
  const description = descriptionSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (description.success) return description.data;
  throw new BadDescription(z.prettifyError(description.error));
}

setUp(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof BadDescription ? error.message : error);
  process.exit(2);
});
