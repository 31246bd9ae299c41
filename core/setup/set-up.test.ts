import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { Paper } from '../../tests/paper.js';
import { idsFrom, systemClock } from '../clock.js';
import { Vault } from '../secrets/vault.js';
import { descriptionSchema } from './description.js';
import { BadDescription, setUpTenant } from './set-up.js';

test('two enterprises whose people may have the same ids are not set up as one', async (t) => {
  const { url: databaseUrl, db } = await testDatabase(t);
  const parts = {
    db,
    databaseUrl,
    vault: new Vault({ db, masterKey: randomBytes(32), clock: systemClock }),
    clock: systemClock,
    ids: idsFrom(systemClock),
    bots: new Map(
      (['feishu', 'wecom'] as const).map((platform) => [
        platform,
        { ...new Paper({ platform }).bot, enterpriseOf: () => platform },
      ]),
    ),
    connectors: new Map(),
  };
  const workspace = (name: string, platform: string) => ({
    name,
    platform,
    appId: name,
    baseUrl: 'http://paper',
    transport: 'http',
    credentials: {},
  });
  const description = (workspaces: object[]) =>
    descriptionSchema.parse({
      tenant: { name: '山屿茶器', robotName: '小屿' },
      workspaces,
      members: [],
      queues: [{ name: '售后', members: [], desks: [] }],
      accounts: [],
    });
  const mixed = setUpTenant(parts, description([workspace('甲', 'feishu'), workspace('乙', 'wecom')]));
  await assert.rejects(
    mixed,
    (error) => error instanceof BadDescription && /different enterprises/.test(error.message),
  );
  assert.deepEqual(await db.query('select 1 from tenants'), [], 'nothing is written');
  await setUpTenant(parts, description([workspace('甲', 'wecom'), workspace('丙', 'wecom')]));
});
