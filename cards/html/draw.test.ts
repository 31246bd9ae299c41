/** Cards as a browser draws them: a real DOM, the bundle pages load, and clicks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { CardView } from '../../core/cards/card.js';
import { bind } from '../bind.js';
import { hostileTexts, samples, withTexts } from '../samples.js';

const executablePath = process.env.TEST_CHROMIUM;
const skip = executablePath ? false : 'no Chromium (TEST_CHROMIUM)';
const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);

let browser: Browser | undefined;
before(async () => {
  if (executablePath) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(() => browser?.close());

/** A page with one card on it; what is submitted is kept in the page. */
async function pageWith(card: CardView, options = '{}'): Promise<Page> {
  const page = await (browser ?? assert.fail('no browser')).newPage();
  await page.setContent('<!doctype html><div id="card"></div>');
  await page.addStyleTag({ path: fileURLToPath(new URL('./public/cards.css', import.meta.url)) });
  await page.addScriptTag({ path: fileURLToPath(new URL('./public/cards.js', import.meta.url)) });
  const json = JSON.stringify(bind(card)).replaceAll('<', '\\u003c');
  await page.evaluate(
    `window.sent = []; imdeskCards.drawCard(${json}, document.querySelector('#card'), (one) => { sent.push(one); }, ${options});`,
  );
  return page;
}
const sent = (page: Page) => page.evaluate('window.sent');

test('a button submits its operation and arguments', { skip }, async () => {
  const page = await pageWith(view('desk waiting'));
  await page.getByRole('button', { name: '认领' }).click();
  assert.deepEqual(await sent(page), [
    {
      operation: 'conversation.claim',
      arguments: { conversation: '0199a1b2-0000-7000-8000-000000000012' },
      form: {},
    },
  ]);
  await page.close();
});

test('closing is folded away, insists on a reason, and brings the summary along', { skip }, async () => {
  const page = await pageWith(view('brief'));
  const [unfold, submit] = await page.getByRole('button', { name: '结束会话' }).all();
  assert.ok(unfold);
  assert.equal(submit, undefined);
  assert.equal(await page.getByRole('combobox').count(), 0);
  await unfold.click();
  assert.equal(await unfold.getAttribute('aria-expanded'), 'true');
  await page.getByRole('button', { name: '结束会话' }).last().click();
  assert.deepEqual(await sent(page), []);
  assert.equal(await page.getByText('请选择结束原因', { exact: true }).last().isVisible(), true);
  await page.getByRole('combobox').selectOption('solved');
  await page.getByRole('textbox').fill('已换新机');
  await page.getByRole('button', { name: '结束会话' }).last().click();
  assert.deepEqual(await sent(page), [
    {
      operation: 'conversation.close',
      arguments: { conversation: '0199a1b2-0000-7000-8000-000000000012' },
      form: { reason: 'solved', summary: '已换新机' },
    },
  ]);
  await page.close();
});

const conversation = '0199a1b2-0000-7000-8000-000000000012';

test('a button outside the form does not ask for the form', { skip }, async () => {
  const page = await pageWith(view('brief'));
  await page.getByRole('button', { name: '等待队列' }).click();
  assert.deepEqual(await sent(page), [{ operation: 'queue.list', arguments: { conversation }, form: {} }]);
  await page.close();
});

test('what asks for confirmation is not sent when it is refused', { skip }, async () => {
  const page = await pageWith(view('desk claimed'));
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await page.getByRole('button', { name: '结束会话' }).click();
  await page.getByRole('combobox').selectOption('solved');
  await page.getByRole('button', { name: '结束会话' }).last().click();
  assert.deepEqual(await sent(page), []);
  await page.getByRole('button', { name: '结束会话' }).last().click();
  assert.equal(asked[0], '结束这个会话？\n客户会收到服务结束的提示。');
  assert.equal(await page.evaluate('sent.length'), 1);
  await page.close();
});

test('inputs begin with what they are given, tell what stands in them, and stand unfolded then', {
  skip,
}, async () => {
  const page = await pageWith(
    view('brief'),
    `{
    values: { reason: 'solved', summary: '写到一半' },
    typed: (all) => { window.typed = all; },
    ask: async () => true,
  }`,
  );
  assert.equal(await page.getByRole('textbox').inputValue(), '写到一半');
  assert.equal(await page.getByRole('combobox').inputValue(), 'solved');
  assert.equal(
    await page.getByRole('button', { name: '结束会话' }).first().getAttribute('aria-expanded'),
    'true',
  );
  await page.getByRole('textbox').fill('写完了');
  assert.deepEqual(await page.evaluate('typed'), [
    { id: 'reason', label: '结束原因', value: 'solved', words: '已解决' },
    { id: 'summary', label: '会话小结', value: '写完了', words: '写完了' },
  ]);
  await page.getByRole('button', { name: '结束会话' }).last().click();
  assert.equal(await page.evaluate('sent[0].form.summary'), '写完了');
  await page.close();
});

test('while a submission is under way the card takes no other', { skip }, async () => {
  const page = await pageWith(view('desk waiting'));
  await page.evaluate(`document.querySelector('#card').inert = false;
    const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('认领'));
    button.click(); button.click();`);
  assert.equal(await page.evaluate('sent.length'), 1);
  await page.close();
});

test('in the dark every text can be read on its ground', { skip }, async () => {
  for (const name of Object.keys(samples)) {
    const page = await pageWith(view(name), '{ dark: true }');
    const faint = await page.evaluate(`(${faintTexts})(document.querySelector('#card'))`);
    assert.deepEqual(faint, [], name);
    await page.close();
  }
});

/** Texts whose contrast with what they stand on is below 4.5 (WCAG AA), as it runs in the page. */
const faintTexts = `(card) => {
  const rgb = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  return [...card.querySelectorAll('.ac-textBlock, .ac-pushButton')].filter((one) => one.offsetParent).flatMap((one) => {
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(groundOf(one))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    return contrast < 4.5 ? [one.textContent + ' ' + contrast.toFixed(2)] : [];
  });
}`;

test('what a person typed is text and nothing else', { skip }, async () => {
  for (const typed of [...hostileTexts, '{{DATE(2026-11-08T06:08:39Z, SHORT)}}']) {
    for (const name of ['brief', 'choose', 'answer']) {
      const page = await pageWith(withTexts(view(name), () => typed));
      const strange = await page.evaluate(
        `document.querySelectorAll('#card :is(a, img, script, font, at, strong, em, h1, ul, pre)').length`,
      );
      assert.equal(strange, 0, typed);
      const shown = String(await page.evaluate(`document.querySelector('#card').textContent`));
      const squeezed = (text: string) => text.replace(/[\s\u2060]+/g, '');
      assert.ok(squeezed(shown).includes(squeezed(typed).slice(0, 40)), typed);
      await page.close();
    }
  }
});

test('every button of a narrow screen is on it', { skip }, async () => {
  const page = await pageWith(view('rating'));
  await page.setViewportSize({ width: 320, height: 600 });
  for (const button of await page.getByRole('button').all()) {
    const box = (await button.boundingBox()) ?? assert.fail('a button without a place');
    assert.ok(box.x >= 0 && box.x + box.width <= 320, `${box.x} + ${box.width}`);
  }
  await page.close();
});
