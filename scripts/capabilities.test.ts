import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadBots } from '../bots/index.js';
import { capabilitiesFile, capabilityTable } from './capabilities.js';

test('the table of what each platform can do is what the bots say today', async () => {
  const table = capabilityTable([...(await loadBots()).values()]);
  assert.equal(await readFile(capabilitiesFile, 'utf8'), table, 'run: npm run capabilities');
});
