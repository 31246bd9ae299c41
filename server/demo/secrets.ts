import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const hex = (bytes: number) => () => randomBytes(bytes).toString('hex');
/** 43 letters and digits, as the platforms want their AES keys. */
const aesKey = () => randomBytes(96).toString('base64').replace(/[+/=]/g, '').slice(0, 43);

/** Secrets of this one installation; whichever is not there yet is made. */
const schema = z.object({
  appSecret: z.string().default(hex(16)),
  encryptKey: z.string().default(hex(16)),
  verificationToken: z.string().default(hex(16)),
  dingtalkSecret: z.string().default(hex(32)),
  wecomSecret: z.string().default(hex(16)),
  wecomToken: z.string().default(hex(12)),
  wecomAesKey: z.string().default(aesKey),
  aibotSecret: z.string().default(hex(16)),
  aibotToken: z.string().default(hex(12)),
  aibotAesKey: z.string().default(aesKey),
  officialSecret: z.string().default(hex(16)),
  officialToken: z.string().default(hex(12)),
  officialAesKey: z.string().default(aesKey),
  webhookKey: z.string().default(() => crypto.randomUUID()),
  identitySecret: z.string().default(hex(24)),
  tokenKey: z.string().default(hex(32)),
});
export type DemoSecrets = z.infer<typeof schema>;

/** The demo's secrets are this installation's own, made at its first start and kept beside its data. */
export async function loadOrCreateDemoSecrets(dataFolder: string): Promise<DemoSecrets> {
  const file = path.join(dataFolder, 'demo-secrets.json');
  const kept = await readFile(file, 'utf8').catch(() => '{}');
  const secrets = schema.parse(JSON.parse(kept));
  await mkdir(dataFolder, { recursive: true });
  await writeFile(file, JSON.stringify(secrets, undefined, 2), { mode: 0o600 });
  return secrets;
}
