import type { Bot } from '../ports/bot.js';
import { type Description, descriptionSchema } from './description.js';
import { fieldsOf, problemsOf } from './form.js';
import { BadDescription } from './set-up.js';

/** The least that an enterprise can begin with: a name, and one app on one platform. */
export interface Least {
  tenant: string;
  robot?: string;
  bot: Bot;
  workspace?: string;
  transport?: 'http' | 'socket';
  baseUrl?: string;
  /** By the names of the platform's own schema. */
  credentials: Readonly<Record<string, string>>;
}

/** The rest is set up in IM. @throws {BadDescription} */
export function leastDescription(least: Least): Description {
  const { bot, credentials: given } = least;
  const fields = fieldsOf(bot.credentials);
  const strange = Object.keys(given).filter((name) => !fields.some(({ path }) => path === name));
  if (strange.length > 0)
    throw new BadDescription(`${bot.platform} has no credential "${strange.join('", "')}"`);
  const checked = bot.credentials.safeParse(given);
  if (!checked.success) throw new BadDescription(`credentials: ${problemsOf(checked.error)}`);
  const transport = least.transport ?? (bot.connect ? 'socket' : 'http');
  const baseUrl = least.baseUrl ?? bot.addresses?.[transport] ?? bot.addresses?.http;
  if (baseUrl === undefined) throw new BadDescription(`--base-url is needed for ${bot.platform}`);
  return descriptionSchema.parse({
    tenant: { name: least.tenant, robotName: least.robot ?? '小助手' },
    workspaces: [
      {
        name: least.workspace ?? bot.platform,
        platform: bot.platform,
        appId: appIdIn(given),
        baseUrl,
        transport,
        credentials: given,
      },
    ],
    members: [],
    queues: [],
    accounts: [],
  });
}

/** What tells apps of one platform apart. */
const appIdIn = ({ appId, clientId, botId, corpId, agentId }: Readonly<Record<string, string>>): string =>
  appId ?? clientId ?? botId ?? ([corpId, agentId].filter(Boolean).join('-') || 'app');
