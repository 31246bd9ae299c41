import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { DemoSecrets } from './world.js';

const schema = z.object({
  appSecret: z.string(),
  encryptKey: z.string(),
  verificationToken: z.string(),
  identitySecret: z.string(),
  tokenKey: z.string(),
});

/** The demo's secrets are this installation's own, made at its first start and kept beside its data. */
export async function loadOrCreateDemoSecrets(dataFolder: string): Promise<DemoSecrets> {
  const file = path.join(dataFolder, 'demo-secrets.json');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return schema.parse(JSON.parse(kept));
  const secret = (bytes: number) => randomBytes(bytes).toString('hex');
  const made: DemoSecrets = {
    appSecret: secret(16),
    encryptKey: secret(16),
    verificationToken: secret(16),
    identitySecret: secret(24),
    tokenKey: secret(32),
  };
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, JSON.stringify(made, undefined, 2), { mode: 0o600 });
  return made;
}
