import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** What the documentation shows of each group: few enough for a picture that loads fast. */
const shown: Record<string, readonly string[]> = {
  conversation: ['desk untried', 'brief first visit'],
  lists: ['waiting', 'choose'],
  others: ['alert with a button', 'quota', 'answer not found'],
};

/** Takes a picture of each group of cards on a gallery's page: `gallery-<group>.png` in the folder. */
export async function takePictures(page: string, folder: string, executablePath: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const seen = await browser.newPage({ viewport: { width: 1240, height: 900 } });
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
