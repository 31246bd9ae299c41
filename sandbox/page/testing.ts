import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../sandbox.js';

const executablePath = process.env.TEST_CHROMIUM;

/** For tests that need a browser: why they cannot run here, or false. */
export const skip = executablePath ? false : 'TEST_CHROMIUM names no Chromium';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** A sandbox with this world and a browser, both gone when the work is done. Fails when a script of the page does. */
export async function withPage(
  world: unknown,
  work: (page: Page, sandbox: Sandbox, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-page-'));
  const random = () => randomBytes(16).toString('hex');
  const sandbox = await startSandbox({
    ...{ dir, host: '127.0.0.1', port: 0, realNow: Date.now, random, say: () => {} },
    world,
  });
  const browser = await chromium.launch({ executablePath, args });
  const failures: string[] = [];
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.on('pageerror', (error) => failures.push(error.message));
    await work(page, sandbox, context);
  } finally {
    await browser.close();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
  if (failures.length > 0) throw new Error(`scripts of the page failed: ${failures.join('; ')}`);
}
