/** Letters of ours, read back by the parser that mail programs use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import type { Shown } from '../../core/ports/connector.js';
import { emailAccount } from './account.js';
import { sourceOf } from './compose.js';
import { fateOf } from './smtp.js';
import { threadOf } from './thread.js';

const account = (more: object = {}) =>
  emailAccount.parse({
    address: 'service@shop.example',
    name: '山屿茶器客服',
    password: 'x',
    imap: { host: 'imap.shop.example' },
    smtp: { host: 'smtp.shop.example' },
    ...more,
  });
const letter = {
  id: 'imdesk.k1@shop.example',
  to: 'wang@mail.example',
  text: '您好',
  at: Date.UTC(2024, 4, 6),
  automatic: false,
  thread: {
    subject: '茶壶漏水了',
    inReplyTo: 'a@mail.example',
    references: ['r@mail.example', 'a@mail.example'],
  },
};

test('an answer stands in its thread, under the house’s name, in words and in HTML', async () => {
  const mail = await simpleParser(
    await sourceOf(
      { ...letter, text: '您好 <b>&\n\n第二段' },
      account({ signature: '山屿茶器\n400-000-0000' }),
    ),
  );
  assert.equal(mail.subject, 'Re: 茶壶漏水了');
  assert.deepEqual(mail.from?.value[0], { name: '山屿茶器客服', address: 'service@shop.example' });
  assert.equal(mail.messageId, '<imdesk.k1@shop.example>');
  assert.equal(mail.inReplyTo, '<a@mail.example>');
  assert.deepEqual(mail.references, ['<r@mail.example>', '<a@mail.example>']);
  assert.equal(mail.text?.trim(), '您好 <b>&\n\n第二段\n\n-- \n山屿茶器\n400-000-0000');
  assert.match(String(mail.html), /您好 &#60;b&#62;&#38;<\/p><p>第二段/);
});

test('what nobody typed says so, that other machines stay silent', async () => {
  const robot = await simpleParser(await sourceOf({ ...letter, automatic: true }, account()));
  assert.equal(robot.headers.get('auto-submitted'), 'auto-replied');
  assert.equal(
    (await simpleParser(await sourceOf(letter, account()))).headers.get('auto-submitted'),
    undefined,
  );
});

test('nothing that a stranger or an administrator wrote becomes a header or a recipient', async () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      'x\r\nBcc: evil@mail.example',
      'x\nX-Evil: 1\n\nbody',
      '\u2028X-Evil: 1',
      '"<evil@mail.example>',
      '=?utf-8?Q?=0D=0AX-Evil:_1?=',
    ),
  );
  await fc.assert(
    fc.asyncProperty(odd, odd, odd, async (subject, name, fileName) => {
      const settings = { ...account(), name: name.trim() || 'x' };
      const file = { name: fileName, mime: 'text/plain', bytes: Buffer.from('x') };
      const source = await sourceOf({ ...letter, thread: { ...letter.thread, subject }, file }, settings);
      const mail = await simpleParser(source);
      assert.equal(mail.headers.has('x-evil'), false);
      assert.equal(mail.bcc, undefined);
      assert.deepEqual(
        [mail.to].flat().flatMap((to) => to?.value.map(({ address }) => address)),
        ['wang@mail.example'],
      );
      assert.equal(mail.from?.value.length, 1);
      assert.equal(mail.from?.value[0]?.address, 'service@shop.example');
      assert.equal(mail.attachments.length, 1);
    }),
    { numRuns: 300 },
  );
});

const said = (kind: 'customer' | 'agent', source: string, text: string): Shown => ({
  tenantId: 't',
  id: source,
  conversationId: 'c',
  revision: 1,
  at: 0,
  audience: 'customer',
  author: { kind },
  content: { type: 'text', text },
  source,
});

test('the thread is found in what was said: the newest letter of the customer, and the subject it began with', () => {
  const shown = [
    said('customer', 'one@mail.example', '主题：旧事\n\n您好'),
    said('agent', 'imdesk.k1@shop.example', '您好'),
    said('customer', 'two@mail.example', '主题：茶壶漏水了\n\n主题：不是这个'),
    said('customer', 'two@mail.example#2', '照片'),
    said('agent', 'imdesk.k2@shop.example#2', '好的'),
  ];
  assert.deepEqual(threadOf(shown, undefined), {
    subject: '茶壶漏水了',
    inReplyTo: 'two@mail.example',
    references: ['one@mail.example', 'imdesk.k1@shop.example', 'imdesk.k2@shop.example', 'two@mail.example'],
  });
  assert.equal(threadOf(shown, 'one@mail.example').inReplyTo, 'one@mail.example');
  assert.deepEqual(threadOf([], undefined), { subject: undefined, inReplyTo: undefined, references: [] });
  const long = Array.from({ length: 60 }, (_, index) => said('customer', `n${index}@mail.example`, 'x'));
  const { references } = threadOf(long, undefined);
  assert.equal(references.length, 20);
  assert.deepEqual([references[0], references.at(-1)], ['n0@mail.example', 'n59@mail.example']);
});

test('what a failed send means depends on whether the server may have the letter', () => {
  const failed = (responseCode?: number) =>
    Object.assign(new Error('no'), { responseCode, response: responseCode && `${responseCode} no` });
  assert.equal(fateOf(failed(550), false).fate, 'refused');
  assert.equal(fateOf(failed(550), true).fate, 'refused');
  assert.equal(fateOf(failed(451), true).fate, 'later');
  assert.equal(fateOf(failed(), true).fate, 'unknown');
  assert.equal(fateOf(failed(), false).fate, 'later');
});
