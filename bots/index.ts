import { readdir } from 'node:fs/promises';
import { ZodType, z } from 'zod';
import type { Bot } from '../core/ports/bot.js';

const method = z.custom<() => void>((value) => typeof value === 'function', 'is missing');

/** What can be checked of a bot from outside; the contract suite checks the rest. */
const shape = z.object({
  platform: z.string(),
  credentials: z.instanceof(ZodType),
  abilities: z.object({ cardLifeMs: z.number(), clickDeadlineMs: z.number() }),
  read: method,
  answerClick: method,
  courier: method,
  directory: method,
  connect: method.optional(),
});

const isBot = (value: unknown): value is Bot => shape.safeParse(value).success;

/**
 * Every bot, by its platform. The folders beside this file are the list: each holds an `index.js` whose default export is
 * the bot for the platform that the folder is named for.
 *
 * @throws when a folder does not hold such a bot
 */
export async function loadBots(root = new URL('.', import.meta.url)): Promise<Map<string, Bot>> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const bots = new Map<string, Bot>();
  for (const folder of folders.sort()) {
    const { default: bot }: { default?: unknown } = await import(new URL(`${folder}/index.js`, root).href);
    if (!isBot(bot)) throw new Error(`bots/${folder}: no bot; ${shape.safeParse(bot).error?.message}`);
    if (bot.platform !== folder) throw new Error(`bots/${folder}: holds the bot for ${bot.platform}`);
    bots.set(folder, bot);
  }
  return bots;
}
