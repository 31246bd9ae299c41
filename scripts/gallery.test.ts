/** The gallery as somebody opens it: every sample on every surface, and what the filters leave. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { samples } from '../cards/samples.js';
import { surfaces } from './gallery/entries.js';
import { writeGallery } from './gallery/write.js';

const executablePath = process.env.TEST_CHROMIUM;
const skip = executablePath ? false : 'no Chromium (TEST_CHROMIUM)';

test('every sample is drawn on every surface, wide and narrow, and can be filtered', { skip }, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-gallery-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { page: file, count } = await writeGallery(folder);
  assert.equal(count, Object.keys(samples).length);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1480, height: 900 } });
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(pathToFileURL(file).href);

  /** Each card's surfaces, those that say nothing left out. */
  const drawn: [string, string[]][] = await page.evaluate(`[...document.querySelectorAll('article')].map(
    (article) => [article.dataset.name, [...article.querySelectorAll('figure')]
      .filter((figure) => figure.querySelector('div').shadowRoot.querySelector('.gallery-ground, .ground').innerText.trim() !== '')
      .map((figure) => figure.dataset.surface)])`);
  assert.deepEqual(
    Object.fromEntries(drawn),
    Object.fromEntries(Object.keys(samples).map((name) => [name, [...surfaces]])),
  );
  assert.equal(await page.locator('.card-unsupported, .dingtalk-unsupported').count(), 0);
  assert.equal(
    await page.locator('#hostile article[data-name]').count(),
    Object.keys(samples).filter((name) => name.endsWith(', hostile')).length,
  );

  await page.locator('select[name=card]').selectOption('waiting');
  await page.getByLabel('locale').selectOption('en');
  await page.getByLabel('DingTalk · card').uncheck();
  assert.deepEqual(
    await page
      .locator('article[data-name]:visible')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-name'))),
    ['waiting in English'],
  );
  assert.deepEqual(
    await page
      .locator('figure:visible')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-surface'))),
    ['feishu', 'wecom', 'html'],
  );

  await page.setViewportSize({ width: 375, height: 720 });
  await page.goto(pathToFileURL(file).href);
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth'),
    375,
    'nothing stands out of a phone',
  );
  assert.deepEqual(errors, []);
});
