import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** What the documentation shows of each group: the cards that people see most. */
const shown: Record<string, readonly string[]> = {
  conversation: ['desk late', 'brief', 'transfer'],
  lists: ['waiting', 'waiting one', 'mine', 'choose'],
  others: ['answer', 'help', 'alert with a button', 'quota'],
};

/** Takes a picture of each group of cards on a gallery's page: `gallery-<group>.png` in the folder. */
export async function takePictures(page: string, folder: string, executablePath: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const seen = await browser.newPage({ viewport: { width: 1480, height: 900 } });
    for (const [group, names] of Object.entries(shown)) {
      const asked = new URL(
        `?${new URLSearchParams(names.map((name) => ['name', name]))}`,
        pathToFileURL(page),
      );
      await seen.goto(asked.href);
      await seen.locator('#cards').screenshot({
        path: path.join(folder, `gallery-${group}.png`),
        animations: 'disabled',
        caret: 'hide',
      });
    }
  } finally {
    await browser.close();
  }
}
