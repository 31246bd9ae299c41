/**
 * Shows what a delivery is taken for, with nothing running: verification, the answer it would get, and its events.
 *
 *   npm run -s inspect -- <channel or platform> <file.json>
 *   npm run -s inspect -- --list
 *
 * The file holds `{account, request: {method, query?, headers?, body}, now?}`. `body` is the exact text received: for a
 * socket frame (`method: "STREAM"`) or a pulled item ("PULL") its text, or base64 where it is binary. `now` is epoch
 * milliseconds, by default the present. A file that the channel's own tools save (a mail: `.eml`) is read as it is. Prints
 * one line of JSON: `{verified, reason?, response, events, holds?}`; a binary body of
 * the response is printed as base64. `--list` prints the JSON Schema of every `account`.
 *
 * Exit code 0 when there was something to say, also about a forgery; 2 when the question itself was wrong.
 */
import { readFile } from 'node:fs/promises';
import { type ZodType, z } from 'zod';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { systemClock } from '../core/clock.js';
import type { Connector } from '../core/ports/connector.js';
import type { Delivery, Reading } from '../core/ports/delivery.js';

/** A question that cannot be answered; its message says what to do. */
class Misasked extends Error {}

/** A channel or a platform, as far as this tool needs to know it. */
interface Reader {
  kind: 'channel' | 'platform';
  account: ZodType;
  read(delivery: Delivery, account: unknown, now: number): Reading;
  raw?: Connector['raw'];
}

const texts = z.record(z.string(), z.string()).default({});
const questionSchema = z.object({
  account: z.unknown(),
  request: z.object({
    method: z.string().min(1),
    query: texts,
    headers: texts,
    body: z.string().default(''),
  }),
  now: z.number().optional(),
});

async function readers(): Promise<Map<string, Reader>> {
  const [bots, connectors] = await Promise.all([loadBots(), loadConnectors()]);
  const found = new Map<string, Reader>();
  for (const [name, connector] of connectors) {
    const { account, raw } = connector;
    found.set(name, { kind: 'channel', account, raw, read: (...all) => connector.read(...all) });
  }
  for (const [name, bot] of bots) {
    found.set(name, { kind: 'platform', account: bot.credentials, read: (...all) => bot.read(...all) });
  }
  return found;
}

function list(known: Map<string, Reader>): object {
  return [...known].map(([name, { kind, account }]) => {
    return { name, kind, account: z.toJSONSchema(account, { io: 'input' }) };
  });
}

async function inspect(known: Map<string, Reader>, name: string, file: string): Promise<object> {
  const reader = known.get(name);
  if (!reader)
    throw new Misasked(`There is no channel or platform "${name}". Known: ${[...known.keys()].join(', ')}.`);
  if (reader.raw && file.endsWith(reader.raw.extension)) return inspectRaw(reader, reader.raw, file);
  const { account, request, now } = await questionIn(file);
  const settings = await reader.account.safeParseAsync(account);
  if (!settings.success) {
    throw new Misasked(`${file}: "account" is not one of ${name}:\n${z.prettifyError(settings.error)}`);
  }
  const delivery: Delivery = {
    method: request.method.toUpperCase(),
    query: request.query,
    headers: lowerCased(request.headers),
    body: Buffer.from(request.body, 'utf8'),
  };
  return shown(reader.read(delivery, settings.data, now ?? systemClock.now()));
}

/** A file as the channel's own tools save it, read with settings that need not be given. */
async function inspectRaw(
  { account, read }: Reader,
  { example, item }: NonNullable<Connector['raw']>,
  file: string,
): Promise<object> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new Misasked(`${file} cannot be read: ${error.message}`);
  });
  const settings = await account.parseAsync(example);
  return shown(read(await item(bytes, settings), settings, systemClock.now()));
}

async function questionIn(file: string): Promise<z.infer<typeof questionSchema>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Misasked(`${file} cannot be read: ${error.message}`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Misasked(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const question = questionSchema.safeParse(content);
  if (!question.success) throw new Misasked(`${file}:\n${z.prettifyError(question.error)}`);
  return question.data;
}

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function shown(reading: Reading): object {
  const { status, headers, body } = reading.response;
  const response = { status, headers, body: Buffer.isBuffer(body) ? body.toString('base64') : body };
  if (!reading.verified) return { verified: false, reason: reading.reason, response, events: [] };
  const { events, holds } = reading;
  return { verified: true, response, events, ...(holds && { holds }) };
}

const usage =
  'Usage: npm run -s inspect -- <channel or platform> <file.json>\n       npm run -s inspect -- --list';

try {
  const [name, file, ...rest] = process.argv.slice(2);
  const wantsList = name === '--list' && file === undefined;
  if (!wantsList && (!name || name.startsWith('--') || !file || rest.length > 0)) throw new Misasked(usage);
  const known = await readers();
  const answer = wantsList ? list(known) : await inspect(known, name ?? '', file ?? '');
  process.stdout.write(`${JSON.stringify(answer)}\n`);
} catch (error) {
  if (!(error instanceof Misasked)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
