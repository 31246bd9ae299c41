/** Files both ways through the signed page: to the customer of that conversation and to nobody else. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { PressAnswer } from '../server/pages/state.js';
import { type Browser, openPages, type Seen } from './pages.js';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

/** 林小满 serves 王女士 and 李先生 on a platform whose bot is given no files, with the page of 王女士's brief open. */
async function openDesk(t: TestContext, hears = ['text', 'image']) {
  const pages = await openPages(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  const { house } = pages;
  Object.assign(house.paper.bot.abilities, { hears });
  for (const name of ['李先生', '王女士']) {
    await house.customer(name).says('转人工');
    await house.settled();
    const waiting = (await house.conversations()).find(({ state }) => state === 'waiting');
    await house.member('林小满').clicks('conversation.claim', { conversation: waiting?.id });
    await house.settled();
  }
  const link = await pages.linkTo('林小满', 'brief');
  const phone = pages.browser();
  const open = await phone.opens(link, '林小满');
  const sent = (name: string) =>
    house.paper.toCustomers.flatMap(({ out }) =>
      out.kind === 'media' && out.to.kind === 'direct' && out.to.person === name ? [out.media] : [],
    );
  return { ...pages, link, phone, open, sent };
}

async function uploads(
  browser: Browser,
  link: string,
  page: Seen,
  bytes: Buffer,
  more: { name?: string; press?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; answer: PressAnswer; words: string }> {
  const response = await browser.ask(`${link}/file`, {
    method: 'POST',
    headers: {
      accept: '*/*',
      origin: new URL(link).origin,
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent(more.name ?? '保修单.pdf'),
      'x-form-token': page.start?.token ?? '',
      'x-press': more.press ?? randomBytes(8).toString('hex'),
      ...more.headers,
    },
    body: new Uint8Array(bytes),
  });
  const answer = (await response.json()) as PressAnswer;
  return { status: response.status, answer, words: 'notice' in answer ? answer.notice.text : '' };
}

test('a file put on the page reaches that customer, as what it is, and is said to have', async (t) => {
  const { house, link, phone, open, sent } = await openDesk(t);
  assert.deepEqual(open.start?.state.files, { to: '王女士', sent: [] });
  const { status, answer, words } = await uploads(phone, link, open, pdf);
  assert.deepEqual([status, answer.kind], [200, 'done']);
  assert.match(words, /已发给 王女士/);
  await house.settled();
  assert.deepEqual(
    sent('王女士').map(({ type, name, mime }) => [type, name, mime]),
    [['file', '保修单.pdf', 'application/pdf']],
  );
  assert.deepEqual(sent('李先生'), []);
  assert.deepEqual(await sent('王女士')[0]?.bytes(), pdf);
  await uploads(phone, link, open, png, { name: 'evil.pdf' });
  await house.settled();
  assert.deepEqual(
    sent('王女士').map(({ type, name }) => [type, name]),
    [
      ['file', '保修单.pdf'],
      ['image', 'evil.pdf.png'],
    ],
    'what a file is decides its content',
  );
});

test('the same press sent again is the same file, once', async (t) => {
  const { house, link, phone, open, sent } = await openDesk(t);
  const first = await uploads(phone, link, open, pdf, { press: 'one-press' });
  const again = await uploads(phone, link, open, pdf, { press: 'one-press' });
  assert.deepEqual([first.words, again.status], [again.words, 200]);
  await house.settled();
  assert.equal(sent('王女士').length, 1);
});

test('programs, nothing, and what is too large are refused in words, and nothing is sent', async (t) => {
  const { house, link, phone, open, sent } = await openDesk(t);
  const wrong: [Buffer, number, RegExp][] = [
    [Buffer.from('MZ\u0090\u0000\u0003\u0000', 'latin1'), 415, /不能发送/],
    [Buffer.alloc(0), 415, /空的/],
    [Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), 413, /20 MB/],
  ];
  for (const [bytes, expected, why] of wrong) {
    const { status, words } = await uploads(phone, link, open, bytes);
    assert.equal(status, expected);
    assert.match(words, why);
  }
  await house.settled();
  assert.deepEqual(sent('王女士'), []);
});

test('without the page’s token, from another page, or logged in as nobody, no file is taken', async (t) => {
  const { house, link, phone, open, sent, browser } = await openDesk(t);
  for (const headers of [
    { 'x-form-token': 'x' },
    { origin: 'https://elsewhere.example' },
    { 'x-press': '' },
  ] as Record<string, string>[]) {
    const { status } = await uploads(phone, link, open, pdf, { headers });
    assert.ok([400, 403].includes(status), JSON.stringify(headers));
  }
  assert.equal((await uploads(browser(), link, open, pdf)).status, 401);
  const other = browser();
  await other.opens(link, '陈亦舟');
  assert.ok((await uploads(other, link, open, pdf)).status >= 400);
  await house.settled();
  assert.deepEqual(sent('王女士'), []);
});

test('once the conversation is somebody else’s or over, a page that is still open sends no file', async (t) => {
  const { house, link, phone, open, sent } = await openDesk(t);
  const given = (await house.conversations()).at(-1);
  await house.member('林小满').types(`/transfer ${given?.code} 陈亦舟`);
  await house.settled();
  await house.member('陈亦舟').clicks('conversation.accept', { conversation: given?.id });
  await house.settled();
  const { status, words } = await uploads(phone, link, open, pdf);
  assert.equal(status, 409);
  assert.match(words, /没有发送/);
  await house.settled();
  assert.deepEqual([...sent('王女士'), ...sent('李先生')], []);
  assert.equal((await phone.looksAgain(link)).files, undefined);
});

test('what the customer sent can be fetched from the page', async (t) => {
  const { house, link, phone } = await openDesk(t);
  const kept = await house.core.media.keep(house.tenantId, pdf, '合同.pdf');
  await house.fromCustomer([
    {
      kind: 'message',
      id: 'a-file',
      sender: '王女士',
      at: house.clock.now(),
      type: 'file',
      media: { mediaId: kept.id, name: kept.name },
    },
  ]);
  await house.settled();
  const { files } = await phone.looksAgain(link);
  assert.deepEqual(
    files?.sent.map(({ name }) => name),
    ['合同.pdf'],
  );
  assert.match(files?.sent[0]?.url ?? '', /\/media\/[\w-]{83}$/);
});

test('where the bot is given files itself, the page takes none', async (t) => {
  const { link, phone, open } = await openDesk(t, ['text', 'file']);
  assert.equal(open.start?.state.files, undefined);
  assert.equal((await uploads(phone, link, open, pdf)).status, 409);
});
