import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';

const folder = process.env.WALK_SHOTS ?? mkdtempSync(path.join(tmpdir(), 'imdesk-shots-'));

/** A picture of what people see at this moment, for people to look at: in `WALK_SHOTS`, or a temporary folder. */
export async function shot(seen: Page | Locator, name: string): Promise<void> {
  const taken = () => seen.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
  // A card that is drawn anew at this moment is gone while it is looked at; the new one is as good.
  await taken().catch(taken);
}
