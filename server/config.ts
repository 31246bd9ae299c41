import { z } from 'zod';

const flag = z
  .enum(['0', '1', 'true', 'false'])
  .default('0')
  .transform((value) => value === '1' || value === 'true');
const address = z.url({ protocol: /^https?$/ });

/** Everything the process is told from outside, by the name of its environment variable. */
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('where Imdesk listens'),
  HOST: z.string().min(1).default('0.0.0.0').describe('the address it listens on'),
  IMDESK_DATA: z.string().min(1).default('.data').describe('the folder of everything embedded'),
  IMDESK_ROLES: z
    .string()
    .default('web,worker,gateway')
    .transform((value) => value.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(['web', 'worker', 'gateway'])).min(1))
    .describe('what this process does: any of web, worker, gateway'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('a PostgreSQL; embedded when absent'),
  REDIS_URL: z
    .string()
    .transform((addresses) => addresses.split(',').map((address) => address.trim()))
    .pipe(
      z.array(
        z.url({
          protocol: /^rediss?$/,
          error: 'must be the address of a Redis, or several with commas between them',
        }),
      ),
    )
    .transform((addresses) => addresses.join(','))
    .optional()
    .describe(
      'a Redis, or several nodes of a Redis Cluster, for jobs and hints; PostgreSQL does it when absent',
    ),
  MASTER_KEY: z
    .string()
    .min(43, 'must be 32 bytes in base64')
    .optional()
    .describe('encrypts the data keys of all tenants; made under IMDESK_DATA when absent'),
  MASTER_KEY_OTHER: z
    .string()
    .min(43, 'must be 32 bytes in base64')
    .optional()
    .describe('opens as well as MASTER_KEY, while one is being replaced by the other'),
  PUBLIC_URL: address.optional().describe('where people and platforms reach this installation'),
  HOME_URL: address.optional().describe('where / leads'),
  TRUST_PROXY: flag.describe('believe X-Forwarded-* of the proxy in front'),
  DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(600)
    .default(0)
    .describe('how long a web process that is asked to end says so on /readyz, and serves, before it does'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('what is logged'),
  CLOCK_URL: address.optional().describe('a clock shared by all processes, for proofs'),
});

export interface Config {
  port: number;
  host: string;
  dataFolder: string;
  roles: ReadonlySet<'web' | 'worker' | 'gateway'>;
  databaseUrl?: string;
  redisUrl?: string;
  masterKey?: string;
  otherMasterKey?: string;
  publicUrl?: string;
  homeUrl?: string;
  trustProxy: boolean;
  drainMs: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  clockUrl?: string;
}

/** What is wrong with the configuration, all of it at once. Names variables, never their values. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
}

/** @throws {BadConfig} */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // Shells and container files set to nothing what they leave out.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = schema.safeParse(given);
  if (!read.success) {
    const problems = read.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new BadConfig(`The configuration can not be used:\n${problems.join('\n')}`);
  }
  const value = read.data;
  return {
    port: value.PORT,
    host: value.HOST,
    dataFolder: value.IMDESK_DATA,
    roles: new Set(value.IMDESK_ROLES),
    databaseUrl: value.DATABASE_URL,
    redisUrl: value.REDIS_URL,
    masterKey: value.MASTER_KEY,
    otherMasterKey: value.MASTER_KEY_OTHER,
    publicUrl: value.PUBLIC_URL?.replace(/\/+$/, ''),
    homeUrl: value.HOME_URL,
    trustProxy: value.TRUST_PROXY,
    drainMs: value.DRAIN_SECONDS * 1_000,
    logLevel: value.LOG_LEVEL,
    clockUrl: value.CLOCK_URL,
  };
}

/** Where people reach this installation, without a slash at its end. */
export const originOf = ({ publicUrl, port }: Config): string => publicUrl ?? `http://localhost:${port}`;
