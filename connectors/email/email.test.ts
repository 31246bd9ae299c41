/** Letters as mail programs and servers write them, from their source to what the house is told. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { accept } from '../../core/media/accept.js';
import type { Inbound, InboundMessage } from '../../core/ports/inbound.js';
import { connectorContract } from '../contract.js';
import { connector } from './index.js';
import { type Keep, openLetter } from './open.js';

const now = Date.UTC(2024, 4, 6, 12);
const settings = {
  address: 'Service@Shop.example',
  name: '山屿茶器客服',
  imap: { host: 'imap.shop.example' },
  smtp: { host: 'smtp.shop.example' },
  password: 'hidden-authorization-code',
  relays: ['form@shop.example'],
};
const account = connector.account.parse(settings);
const pulled = (body: Buffer) => ({ method: 'PULL', query: {}, headers: {}, body });
const letter = (id: string, text: string) => ({
  kind: 'letter',
  id: `${id}@mail.example`,
  from: { address: 'wang@mail.example', name: '王女士' },
  at: now,
  answers: ['imdesk.0190-a@shop.example'],
  text,
});

connectorContract({
  connector,
  settings,
  now,
  deliver: pulled,
  says: letter,
  unheardOf: { kind: 'postcard', id: 'p', at: now },
  forged: {
    'sent by somebody who found the address': {
      ...pulled(Buffer.from(JSON.stringify(letter('m', '您好')))),
      method: 'POST',
    },
  },
  echo: pulled(
    Buffer.from(JSON.stringify({ ...letter('m', '您好'), from: { address: 'service@shop.example' } })),
  ),
});

/** What a fixture comes to, as `pull` and `read` make it, with its files accepted like everywhere. */
async function eventsOf(name: string): Promise<Inbound[]> {
  const bytes = await readFile(new URL(`./fixtures/${name}.eml`, import.meta.url));
  const keep: Keep = async (content, declared) => {
    const { type, name: kept } = await accept(content, declared);
    return { type, name: kept, mediaId: `media of ${content.length}` };
  };
  const opened = await openLetter({ bytes, at: now, cut: false }, account, keep);
  const reading = connector.read(pulled(Buffer.from(JSON.stringify(opened))), account, now);
  assert.ok(reading.verified, name);
  return reading.events;
}

async function messagesOf(name: string): Promise<InboundMessage[]> {
  const events = await eventsOf(name);
  return events.map((event) => (event.kind === 'message' ? event : assert.fail(`${name}: ${event.kind}`)));
}

/** What the agent reads of each kind of letter. */
const words: Record<string, string[]> = {
  plain: ['主题：茶壶漏水了\n\n您好，上周买的茶壶漏水了，可以换一个吗？\n订单号 SY-240501。'],
  gbk: ['主题：退货咨询\n\n请问怎么退货？镕'],
  'gb18030-8bit': ['主题：繁體\n\n請問運費多少？㐂'],
  'quoted-printable': [`主题：茶壶漏水了\n\n${'很长的一行'.repeat(20)}。`],
  'html-only': ['主题：茶壶漏水了\n\n您好，茶壶漏水了。\n\n见 订单 (https://shop.example/o/1)'],
  alternative: ['主题：茶壶漏水了\n\n纯文本的话'],
  nested: ['主题：茶壶漏水了\n\n图片和发票见附件', '图片.png', '发票.pdf'],
  empty: ['[空白邮件]'],
  'subject-only': ['主题：什么时候发货？'],
  'no-message-id': ['主题：茶壶漏水了\n\n没有编号的邮件'],
  'huge-quote': ['还是漏水。'],
  qq: ['好的，那我寄回去。'],
  netease: ['收到了，谢谢！'],
  'netease-mobile': ['地址是哪里？'],
  'outlook-zh': ['换一个新的即可。'],
  'outlook-original': ['可以的'],
  iphone: ['照片明天补上'],
  gmail: ['OK, please send me a new one.'],
  'gmail-html': ['新的问题：杯子也裂了'],
  interleaved: ['换货。\n\n没有变。'],
  forwarded: [
    '主题：转发: 订单确认\n\n请看下面\n\n---------- Forwarded message ---------\n发件人： 商城 <shop@other.example>\n日期： 2024年5月1日\n主题： 订单确认\n\n订单 SY-240501 已确认',
  ],
  calendar: ['主题：茶壶漏水了\n\nmeeting', '日程邀请.ics'],
  winmail: ['主题：茶壶漏水了\n\nsee attached', '[附件：winmail.dat，此类文件不予接收，请到邮箱中查看]'],
  forged: ['⚠ 收件服务器未能确认这封邮件的发件人，请先核实身份。\n主题：茶壶漏水了\n\n请把款打到新账户'],
  'contact-form': ['主题：茶壶漏水了\n\n来自网站表单：想订 100 只杯子'],
  truncated: ['主题：茶壶漏水了\n\n后面断了'],
};

for (const [name, expected] of Object.entries(words)) {
  test(`the agent reads what is new: ${name}`, async () => {
    const messages = await messagesOf(name);
    assert.deepEqual(
      messages.slice(0, expected.length).map(({ text }) => text),
      expected,
    );
    if (name !== 'truncated') assert.equal(messages.length, expected.length);
    assert.ok(messages.every(({ at, sender }) => at === now && sender.includes('@')));
  });
}

test('who wrote is known by the address, in lower case, with the name beside it', async () => {
  const [first] = await messagesOf('plain');
  assert.equal(first?.sender, 'wang@mail.example');
  assert.deepEqual(first?.profile, { name: '王女士', email: 'wang@mail.example' });
});

test('an answer quotes the letter of ours that it answers', async () => {
  const [first] = await messagesOf('qq');
  assert.deepEqual(first?.quote, { id: 'imdesk.0190-a@shop.example' });
});

test('a contact form’s letter is its writer’s, and only a form that the house named is believed', async () => {
  const [first] = await messagesOf('contact-form');
  assert.equal(first?.sender, 'li@mail.example');
  const bytes = await readFile(new URL('./fixtures/contact-form.eml', import.meta.url));
  const stranger = Buffer.from(
    bytes.toString('latin1').replace('form@shop.example', 'form@evil.example'),
    'latin1',
  );
  const opened = await openLetter({ bytes: stranger, at: now, cut: false }, account, async () =>
    assert.fail('no files'),
  );
  assert.ok('from' in opened);
  assert.equal(opened.from.address, 'form@evil.example');
});

test('of a sender that the server doubts the address proves nothing', async () => {
  const [first] = await messagesOf('forged');
  assert.deepEqual(first?.profile, { name: '王女士' });
});

test('a letter without an id is known again by what it holds', async () => {
  const [first] = await messagesOf('no-message-id');
  const [again] = await messagesOf('no-message-id');
  assert.match(first?.id ?? '', /^hash-[0-9a-f]{40}$/);
  assert.equal(first?.id, again?.id);
});

for (const name of [
  'out-of-office-zh',
  'out-of-office-en',
  'newsletter',
  'no-reply',
  'read-receipt',
  'delayed',
]) {
  test(`a machine is neither heard nor answered: ${name}`, async () => {
    const events = await eventsOf(name);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['other'],
    );
  });
}

test('our own letters are nobody’s', async () => {
  assert.deepEqual(await eventsOf('own'), []);
});

test('a bounce says which of our letters did not arrive, at whom, and why', async () => {
  const [formal] = await eventsOf('bounce');
  assert.deepEqual(formal, {
    kind: 'receipt',
    id: 'bounce@mail.example',
    sender: 'wang@mail.example',
    at: now,
    status: 'failed',
    messageIds: ['imdesk.0190-b@shop.example'],
    reason: '5.1.1 550 5.1.1 <wang@mail.example>: no such user',
  });
  const [qq] = await eventsOf('bounce-qq');
  assert.ok(qq?.kind === 'receipt');
  assert.deepEqual([qq.sender, qq.messageIds], ['wang@mail.example', ['imdesk.0190-c@shop.example']]);
  assert.match(qq.reason ?? '', /收件人不存在/);
});

test('a letter too long to be fetched whole says so', () => {
  const body = { ...letter('m', '见附件'), cut: true };
  const reading = connector.read(pulled(Buffer.from(JSON.stringify(body))), account, now);
  assert.ok(reading.verified && reading.events[0]?.kind === 'message');
  assert.match(reading.events[0].text ?? '', /^见附件\n\n（邮件过大/);
});

test('who writes more than a person does is read, and marked as perhaps a machine', () => {
  const body = { ...letter('m', '您好'), flood: true };
  const reading = connector.read(pulled(Buffer.from(JSON.stringify(body))), account, now);
  assert.ok(reading.verified && reading.events[0]?.kind === 'message');
  assert.equal(reading.events[0].machine, true);
});
