/**
 * Sets up an enterprise. The least it begins with is a name and one app on one platform; the rest is set up in IM:
 *
 *   npm run setup -- --platform feishu --tenant 山屿茶器 --credential appId=cli_… [--credential appSecret=@file]
 *   npm run setup -- acme.json          all of it from a file (core/setup/description.ts), or only the least
 *   npm run setup -- --check            what every enterprise still lacks, and what to do about it
 *   npm run setup -- --code             a new one-time code for the first administrator
 *
 * A credential that is not given is asked for, a secret without being shown. `--for 山屿茶器` chooses among enterprises.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { idsFrom, systemClock } from '../core/clock.js';
import type { Bot } from '../core/ports/bot.js';
import { checkTenant } from '../core/setup/check-tenant.js';
import { makeCode } from '../core/setup/code.js';
import { type Description, descriptionSchema } from '../core/setup/description.js';
import { fieldsOf } from '../core/setup/form.js';
import { leastDescription } from '../core/setup/least.js';
import { BadDescription, setUpTenant } from '../core/setup/set-up.js';
import type { Database } from '../core/storage/database.js';
import { BadConfig, originOf, readConfig } from '../server/config.js';
import { loadPorts } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { openStorage } from '../server/storage.js';

const usage = `Usage:
  npm run setup -- --platform feishu|dingtalk|wecom --tenant NAME [--credential name=value …]
  npm run setup -- FILE.json
  npm run setup -- --check [--for NAME]
  npm run setup -- --code [--for NAME]
Further: --robot NAME, --workspace NAME, --transport http|socket, --base-url URL. A value @file is read from that file.`;

const flags = {
  check: { type: 'boolean' },
  code: { type: 'boolean' },
  for: { type: 'string' },
  platform: { type: 'string' },
  tenant: { type: 'string' },
  robot: { type: 'string' },
  workspace: { type: 'string' },
  transport: { type: 'string' },
  'base-url': { type: 'string' },
  credential: { type: 'string', multiple: true },
} as const;

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options: flags, allowPositionals: true });
  const ports = await loadPorts();
  const [file] = positionals;
  const isNew = file !== undefined || values.platform !== undefined;
  if (!isNew && !values.check && !values.code) throw new BadDescription(usage);
  const description = !isNew
    ? undefined
    : file === undefined
      ? await least(values, ports.bots)
      : await described(file);
  const config = readConfig(process.env);
  const storage = await openStorage(config, systemClock, openLog('warn'));
  try {
    const parts = { ...storage, clock: systemClock, ids: idsFrom(systemClock), ...ports };
    const origin = originOf(config);
    const done = description && (await setUpTenant(parts, description));
    if (done) {
      const { callbacks, ...rest } = done;
      const shown = callbacks.map(({ workspace, path }) => ({ workspace, callback: `${origin}${path}` }));
      console.log(JSON.stringify({ ...rest, callbacks: shown }, undefined, 2));
      for (const { name, platform } of description.workspaces) {
        const { scopes } = ports.bots.get(platform) ?? {};
        if (scopes) console.log(`${name}: tick ${scopes.join(', ')}`);
      }
    }
    const tenants = done ? [done.tenantId] : await tenantsCalled(storage.db, values.for);
    for (const tenantId of tenants) {
      if (done || values.code) await tellCode(storage, tenantId);
      if (!done && !values.check) continue;
      const lacks = await checkTenant({ ...parts, origin }, tenantId);
      for (const { workspace, problem } of lacks) console.error(`${workspace}: ${problem}`);
      if (lacks.length === 0) console.log('All is ready.');
    }
  } finally {
    await storage.stop();
  }
}

async function tellCode(
  { db, vault }: Awaited<ReturnType<typeof openStorage>>,
  tenantId: string,
): Promise<void> {
  const code = await makeCode({ db, vault, now: systemClock.now() }, tenantId);
  console.log(
    code === undefined
      ? 'There is an administrator already, who can make others with /角色 (/role).'
      : `\n  Whoever sends this to the bot, one to one, within 24 hours becomes the first administrator:\n\n    /设置 ${code}      (or: /setup ${code})\n\n  It is shown only now.\n`,
  );
}

async function tenantsCalled(db: Database, name: string | undefined): Promise<string[]> {
  const found = await db.query<{ id: string }>(
    'select id from tenants where $1::text is null or name = $1 order by created_at, id',
    [name ?? null],
  );
  if (found.length === 0)
    throw new BadDescription(
      name === undefined ? 'No enterprise was set up yet.' : `There is no enterprise "${name}".`,
    );
  return found.map(({ id }) => id);
}

async function described(file: string): Promise<Description> {
  const description = descriptionSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (description.success) return description.data;
  throw new BadDescription(z.prettifyError(description.error));
}

type Values = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

async function least(values: Values, bots: ReadonlyMap<string, Bot>): Promise<Description> {
  const bot = bots.get(values.platform ?? '');
  if (!bot)
    throw new BadDescription(`There is no platform "${values.platform}": ${[...bots.keys()].join(', ')}`);
  const { transport } = values;
  if (transport !== undefined && transport !== 'http' && transport !== 'socket')
    throw new BadDescription('--transport is http or socket');
  const credentials: Record<string, string> = {};
  for (const given of values.credential ?? []) {
    const at = given.indexOf('=');
    const value = given.slice(at + 1);
    if (at < 1) throw new BadDescription('--credential is name=value, or name=@file');
    credentials[given.slice(0, at)] = value.startsWith('@')
      ? (await readFile(value.slice(1), 'utf8')).trim()
      : value;
  }
  const tenant = values.tenant ?? (await asked('Name of the enterprise', false));
  for (const { path, label, required, secret } of fieldsOf(bot.credentials))
    if (required && !(path in credentials)) credentials[path] = await asked(label, secret);
  return leastDescription({
    ...{ tenant, robot: values.robot, bot, workspace: values.workspace, transport, credentials },
    baseUrl: values['base-url'],
  });
}

/** Asks at the terminal; what is secret is not echoed. */
async function asked(what: string, isSecret: boolean): Promise<string> {
  if (!process.stdin.isTTY) throw new BadDescription(`${what} is missing.\n${usage}`);
  let isMuted = false;
  const output = new Writable({
    write(chunk, _, written) {
      if (!isMuted) process.stdout.write(chunk);
      written();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answer = terminal.question(`${what}: `);
    isMuted = isSecret;
    const value = (await answer).trim();
    if (isSecret) process.stdout.write('\n');
    return value;
  } finally {
    terminal.close();
  }
}

const isBadArgument = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

run().catch((error: unknown) => {
  const known = error instanceof BadDescription || error instanceof BadConfig || isBadArgument(error);
  console.error(known ? error.message : error);
  process.exit(2);
});
