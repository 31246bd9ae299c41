/** The mail house, as programs see it that know nothing of it: nodemailer posts, imapflow fetches, mailparser reads. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { startSandbox } from '../../tests/sandbox.js';

const world = {
  email: {
    accounts: [{ address: 'service@shop.example', name: '山屿茶器客服', password: 'code-1234' }],
    customers: [
      { id: 'wang', name: '王女士', address: 'wang@mail.example' },
      { id: 'li', name: '李先生', address: 'li@mail.example' },
    ],
  },
};

interface Told {
  email: { imap: { port: number }; smtp: { port: number } };
}

async function openHouse(t: TestContext) {
  const sandbox = await startSandbox(t, world);
  const { email } = await sandbox.control<Told>('GET', 'world');
  const auth = { user: 'service@shop.example', pass: 'code-1234' };
  const post = createTransport({ host: '127.0.0.1', port: email.smtp.port, secure: false, auth });
  const client = async (pass = auth.pass) => {
    const flow = new ImapFlow({
      ...{ host: '127.0.0.1', port: email.imap.port, secure: false, logger: false, autoIdleDelay: 50 },
      auth: { ...auth, pass },
    });
    flow.on('error', () => {});
    await flow.connect();
    t.after(() => flow.close());
    return flow;
  };
  /** What a customer does at the webmail page, as their browser posts it. */
  const writes = async (
    as: string,
    fields: Record<string, string>,
    file?: { name: string; text: string },
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ to: 'service@shop.example', ...fields }))
      form.set(name, value);
    if (file) form.set('file', new Blob([file.text]), file.name);
    const answer = await fetch(`${sandbox.url}/email/send?as=${as}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    assert.equal(answer.status, 303);
  };
  const page = async (path: string) => (await fetch(`${sandbox.url}${path}`)).text();
  return { sandbox, post, client, writes, page };
}

test('a letter from the page is found by search, fetched whole and in parts, and can be marked as read', async (t) => {
  const { client, writes } = await openHouse(t);
  await writes(
    'wang',
    { subject: '茶壶漏水了，怎么办？这是一个很长很长很长很长很长很长很长的主题', text: '您好\n“漏水”了' },
    { name: '收据.txt', text: '订单' },
  );
  await writes('li', { subject: '"quoted" \\ subject', text: 'x'.repeat(200_000) });
  const flow = await client();
  const box = await flow.mailboxOpen('INBOX');
  assert.deepEqual([box.exists, box.uidNext], [2, 3]);
  assert.deepEqual(await flow.search({ uid: '2:*' }, { uid: true }), [2]);
  assert.deepEqual(await flow.search({ since: new Date(Date.now() - 86_400_000) }, { uid: true }), [1, 2]);
  const [one, two] = await flow.fetchAll(
    '1:*',
    { uid: true, size: true, internalDate: true, envelope: true, source: true },
    { uid: true },
  );
  assert.equal(one?.size, one?.source?.length);
  assert.equal(one?.envelope?.subject, '茶壶漏水了，怎么办？这是一个很长很长很长很长很长很长很长的主题');
  assert.deepEqual(one?.envelope?.from?.[0], { name: '王女士', address: 'wang@mail.example' });
  assert.ok(Math.abs(Number(one?.internalDate) - Date.now()) < 60_000);
  const mail = await simpleParser(one?.source ?? '');
  assert.equal(mail.text?.trim(), '您好\n“漏水”了');
  assert.deepEqual(
    [mail.attachments[0]?.filename, String(mail.attachments[0]?.content)],
    ['收据.txt', '订单'],
  );
  assert.equal(two?.envelope?.subject, '"quoted" \\ subject');
  const part = await flow.fetchOne('2', { uid: true, source: { start: 0, maxLength: 50 } }, { uid: true });
  assert.equal((part || undefined)?.source?.length, 50);
  await flow.messageFlagsAdd('1', ['\\Seen'], { uid: true });
  assert.deepEqual(await flow.search({ seen: false }, { uid: true }), [2]);
});

test('who idles is told of a letter at once', async (t) => {
  const { client, writes } = await openHouse(t);
  const flow = await client();
  await flow.mailboxOpen('INBOX', { readOnly: true });
  void flow.idle();
  const told = once(flow, 'exists');
  await writes('wang', { subject: '在吗', text: '您好' });
  const [{ count, prevCount }] = await told;
  assert.deepEqual([count, prevCount], [1, 0]);
});

test('an answer lies in the customer’s thread; one to nobody comes back; strangers are not let in', async (t) => {
  const { client, post, writes, page } = await openHouse(t);
  await writes('wang', { subject: '茶壶', text: '<b>漏水</b>' });
  const flow = await client();
  await flow.mailboxOpen('INBOX');
  const first = await flow.fetchOne('1', { envelope: true });
  const inReplyTo = first ? first.envelope?.messageId : undefined;
  const from = { name: '客服', address: 'service@shop.example' };
  await post.sendMail({
    from,
    to: 'wang@mail.example',
    subject: 'Re: 茶壶',
    inReplyTo,
    text: '给您换新的 <script>',
  });
  assert.match(await page('/email?as=wang'), /茶壶[\s\S]*给您换新的 &#60;script&#62;/);
  const thread = await page('/email/letter?as=wang&uid=1');
  assert.match(thread, /&#60;b&#62;漏水[\s\S]*给您换新的/);
  assert.doesNotMatch(await page('/email?as=li'), /茶壶/);

  await post.sendMail({
    from,
    to: 'nobody@mail.example',
    subject: 'x',
    text: 'y',
    messageId: '<lost@shop.example>',
  });
  await flow.noop();
  const report = await flow.fetchOne('2', { source: true });
  assert.match(
    String((report || undefined)?.source),
    /Status: 5\.1\.1[\s\S]*Message-ID: <lost@shop\.example>/,
  );
  await assert.rejects(post.sendMail({ from: 'wang@mail.example', to: 'li@mail.example', text: 'x' }), /553/);
  await assert.rejects(client('wrong'), /AUTHENTICATIONFAILED|Command failed/);
});

test('who is away answers once to people, marked as a machine’s answer, and never to a machine', async (t) => {
  const { sandbox, client, post, page } = await openHouse(t);
  await fetch(`${sandbox.url}/email/away?as=wang`, { method: 'POST', redirect: 'manual' });
  assert.match(await page('/email?as=wang'), /休假自动回复已开启/);
  const letter = { from: 'service@shop.example', to: 'wang@mail.example', subject: '通知', text: 'x' };
  await post.sendMail({ ...letter, headers: { 'Auto-Submitted': 'auto-replied' } });
  await post.sendMail(letter);
  const flow = await client();
  const { exists } = await flow.mailboxOpen('INBOX');
  assert.equal(exists, 1);
  const only = await flow.fetchOne('1', { source: true });
  const mail = await simpleParser((only || undefined)?.source ?? '');
  assert.deepEqual([mail.subject, mail.headers.get('auto-submitted')], ['自动回复: 通知', 'auto-replied']);
});
