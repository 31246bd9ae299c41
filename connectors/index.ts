import { readdir } from 'node:fs/promises';
import { z } from 'zod';
import type { Connector } from '../core/ports/connector.js';

const shape = z.object({
  channel: z.string(),
  account: z.custom((value) => value instanceof z.ZodType, 'must be a zod schema'),
  abilities: z.object({
    text: z.object({ max: z.int().positive(), unit: z.enum(['characters', 'utf16', 'bytes']) }),
    media: z.array(z.enum(['image', 'file', 'voice', 'video'])),
    choices: z.boolean(),
    cards: z.boolean(),
    pace: z.enum(['chat', 'letter']),
  }),
  read: z.custom((value) => typeof value === 'function', 'must be a function'),
  courier: z.custom((value) => typeof value === 'function', 'must be a function'),
  pull: z
    .custom((value) => value === undefined || typeof value === 'function', 'must be a function')
    .optional(),
  serve: z
    .custom((value) => value === undefined || typeof value === 'function', 'must be a function')
    .optional(),
});

/**
 * Every connector there is, by channel: each folder beside this file is one, and its `index.js` exports it as `default`
 * or `connector`. A new channel is a new folder; there is no list to edit.
 *
 * @throws {Error} naming the folder and everything that is wrong with it
 */
export async function loadConnectors(
  from: URL = new URL('./', import.meta.url),
): Promise<Map<string, Connector>> {
  const entries = await readdir(from, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const connectors = new Map<string, Connector>();
  for (const folder of folders.sort()) {
    const exported: unknown = await import(new URL(`${folder}/index.js`, from).href);
    connectors.set(folder, checked(folder, exported));
  }
  return connectors;
}

function checked(folder: string, exported: unknown): Connector {
  const { default: main, connector = main } = z
    .object({ default: z.unknown(), connector: z.unknown() })
    .partial()
    .parse({ ...Object(exported) });
  const problems = problemsOf(folder, connector);
  if (isConnector(connector, problems)) return connector;
  throw new Error(`connectors/${folder}/index.js is no connector: ${problems.join('; ')}`);
}

function problemsOf(folder: string, connector: unknown): string[] {
  if (connector === undefined) return ['it exports neither `connector` nor `default`'];
  const { success, data, error } = shape.safeParse(connector);
  if (!success)
    return error.issues.map((issue) => `${issue.path.join('.') || 'the export'}: ${issue.message}`);
  if (data.channel === folder) return [];
  return [`channel: is "${data.channel}", but the folder's name is the channel's`];
}

/** The schema above has looked at every member; this only carries its finding over to the type. */
function isConnector(value: unknown, problems: string[]): value is Connector {
  return typeof value === 'object' && value !== null && problems.length === 0;
}
