/** The demo's mailbox: a customer writes at the webmail page, and is answered there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../sandbox.js';
import { startInstallation } from './installation.js';

test('a customer of the demo writes a letter, and finds the robot’s answer in the thread', {
  timeout: 120_000,
}, async (t) => {
  const installation = await startInstallation();
  t.after(() => installation.remove());
  const page = async (path: string) => (await fetch(new URL(path, installation.sandbox.url))).text();
  const compose = await page('/email/compose?as=wang');
  const to = /name="to"[^>]*value="([^"]+)"/.exec(compose)?.[1] ?? assert.fail(compose);
  const send = async (text: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ to, subject: '咨询退货', text })) form.set(name, value);
    await fetch(new URL('/email/send?as=wang', installation.sandbox.url), { method: 'POST', body: form });
  };
  await send('怎么申请退货？');
  const answered = async () => /Re: 咨询退货/.test(await page('/email?as=wang'));
  await until('there is an answer', answered, 60_000);
  const inbox = await page('/email?as=wang');
  assert.match(inbox, /山屿茶器客服/);
});
