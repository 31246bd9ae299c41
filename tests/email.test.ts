/** The mailbox of a shop, on a real mail server: customers write with a mail program, agents answer where they work. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { topicGroup } from './company.js';
import { type Product, startProduct } from './imdesk.js';
import { type MailHouse, noMailHouse, openMailHouse } from './mail-house.js';
import { PostBox } from './post-box.js';
import { until } from './sandbox.js';

const skip = await noMailHouse();
const address = 'service@shop.example';
const account = '01990000-0000-7000-8004-000000000009';

async function openShop(t: TestContext, settings: object = {}, secure = true) {
  const house = await openMailHouse(t, [address, 'wang@mail.example', 'robot@mail.example']);
  const { ports, password } = house;
  const product = await startProduct(t, {
    accounts: () => [
      {
        id: account,
        name: '客服邮箱',
        channel: 'email',
        queue: '售后客服',
        settings: {
          ...{ address, name: '山屿茶器客服', password, signature: '山屿茶器' },
          imap: { host: '127.0.0.1', port: secure ? ports.imaps : ports.imap, secure },
          smtp: { host: '127.0.0.1', port: secure ? ports.smtps : ports.smtp, secure },
          ...{ privateHosts: ['127.0.0.1'], perMinute: 600 },
          ...settings,
        },
      },
    ],
  });
  await until('the mailbox is looked at', async () => (await cursorOf(product)) !== null);
  return { house, product, wang: new PostBox(house, 'wang@mail.example', '王女士') };
}

async function cursorOf(product: Product): Promise<string | null> {
  const [row] = await product.db.query<{ cursor: string | null }>(
    'select cursor from accounts where id = $1',
    [account],
  );
  return row?.cursor ?? null;
}

async function told<T>(what: Promise<T>, house: MailHouse, product: Product): Promise<T> {
  return what.catch(async (error: unknown) => {
    throw new Error(`${await house.logs()}\n${product.logged.slice(-10).join('')}`, { cause: error });
  });
}

/** What the shop's customers said, as it is kept. */
async function heard(product: Product): Promise<string[]> {
  const rows = await product.db.query<{ content: { type: string; text?: string } }>(
    `select content from messages where author_kind = 'customer' order by at, revision`,
  );
  return rows.map(({ content }) => (content.type === 'text' ? (content.text ?? '') : content.type));
}

/** Claims the conversation of somebody who waits; returns the topic. */
async function claimed(
  product: Product,
  name: string,
): Promise<{ lin: ReturnType<Product['seat']>; topic: string }> {
  const lin = product.seat('lin');
  const card = await lin.card(topicGroup, name, '认领');
  await product.settled();
  await lin.clicks(card.id, { text: '认领' });
  await product.settled();
  const topic =
    (await lin.sees(topicGroup)).find(({ id }) => id === card.id)?.threadId ?? assert.fail('no topic');
  return { lin, topic };
}

test('a customer’s letter reaches an agent, and the answer reaches the customer in the same thread', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { house, product, wang } = await openShop(t);
  const first = await wang.writes({
    subject: '茶壶漏水了，怎么办？',
    html: '<p>您好，<b>上周买的茶壶</b>漏水了，转人工</p><p><img src="cid:pot"></p><script>alert(1)</script>',
    attachments: [
      { filename: '茶壶.png', content: picture(), cid: 'pot' },
      { filename: '收据.txt', content: '订单 SY-240501' },
    ],
  });
  const { lin, topic } = await told(claimed(product, '王女士'), house, product);
  assert.deepEqual(await heard(product), [
    '主题：茶壶漏水了，怎么办？\n\n您好，上周买的茶壶漏水了，转人工',
    'image',
    'file',
  ]);

  await lin.says({ chat: topicGroup, thread: topic }, '您好，给您换一个新的');
  const answer = await told(wang.gets('给您换一个新的'), house, product);
  assert.equal(answer.subject, 'Re: 茶壶漏水了，怎么办？');
  assert.equal(answer.inReplyTo, first);
  assert.deepEqual(answer.from?.value[0], { name: '山屿茶器客服', address });
  assert.equal(answer.headers.get('auto-submitted'), undefined);
  assert.match(answer.text ?? '', /您好，给您换一个新的\n\n-- \n山屿茶器/);

  await wang.writes({
    subject: `Re: ${answer.subject}`,
    inReplyTo: answer.messageId,
    references: [first, answer.messageId ?? ''],
    text: `好的，谢谢！\n\n在 2024年5月6日，上午10:20，山屿茶器客服 <${address}> 写道：\n\n您好，给您换一个新的`,
  });
  await lin.hears(topicGroup, topic, '好的，谢谢！');
  await product.settled();
  assert.equal((await heard(product)).at(-1), '好的，谢谢！');

  await lin.says({ chat: topicGroup, thread: topic }, '一件');
  await lin.says({ chat: topicGroup, thread: topic }, '两件');
  await wang.gets('两件');

  // Machines are left alone, whatever they say.
  await wang.writes({ subject: '自动回复: 您的来信', text: '我在休假' });
  await wang.writes({ subject: '通知', text: '系统通知', headers: { 'Auto-Submitted': 'auto-generated' } });
  await wang.writes({
    subject: '特价',
    text: '本周特价',
    list: { unsubscribe: { url: 'https://news.example/u' } },
  });
  await wang.writes({ subject: 'Re: x', inReplyTo: answer.messageId, text: '这句是人写的' });
  await lin.hears(topicGroup, topic, '这句是人写的');
  assert.ok((await heard(product)).every((words) => !/休假|系统通知|特价/.test(words)));
});

test('a letter that comes back is shown to the agent who wrote it', { skip, timeout: 120_000 }, async (t) => {
  const { house, product } = await openShop(t, {}, false);
  await new PostBox(house, 'ghost@mail.example', '李先生').writes({ subject: '在吗', text: '转人工' });
  const { lin, topic } = await told(claimed(product, '李先生'), house, product);
  await lin.says({ chat: topicGroup, thread: topic }, '您好，请讲');
  await told(
    until('the bounce is known', async () => {
      const lost = await product.db.query(
        `select 1 from messages where delivery = 'failed' and content->>'text' = '您好，请讲'`,
      );
      return lost.length === 1;
    }),
    house,
    product,
  );
  await product.settled();
  const shown = (await lin.sees(topicGroup, '*')).map(
    ({ content, card }) => `${content.text ?? ''}${JSON.stringify(card ?? '')}`,
  );
  assert.ok(
    shown.some((one) => /没有发送成功.*5\.0\.0.*您好，请讲/s.test(one)),
    shown.join('\n'),
  );
});

test('two machines that answer each other come to an end, and a person sees it', {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { house, product } = await openShop(t, { lettersPerHour: 3 });
  const robot = new PostBox(house, 'robot@mail.example', '另一个机器人');
  const text = '下单后多久发货？';
  await robot.writes({ subject: '发货', text });
  let answered = 0;
  const waiting = async () =>
    (
      await product.db.query(
        `select 1 from conversations where state = 'waiting' and handover_reason = 'machine'`,
      )
    ).length === 1;
  await told(
    until(
      'a person is asked to look',
      async () => {
        const letters = await robot.letters();
        // It answers everything, and says nowhere that it is a machine.
        for (const letter of letters.slice(answered)) {
          answered += 1;
          await robot.writes({
            subject: `Re: ${letter.subject}`,
            inReplyTo: letter.messageId,
            text,
          });
        }
        return waiting();
      },
      60_000,
    ),
    house,
    product,
  );
  await product.settled();
  const letters = await robot.letters();
  assert.ok(letters.length <= 6, `${letters.length} letters were sent`);
  assert.ok(letters.every(({ headers }) => headers.get('auto-submitted') === 'auto-replied'));
  await product.seat('lin').card(topicGroup, '另一个机器人', '认领');
});

test('nothing is lost or doubled when the server goes away, or numbers its letters anew', {
  skip,
  timeout: 180_000,
}, async (t) => {
  const { house, product, wang } = await openShop(t);
  const sent: string[] = [];
  const write = async (words: string) => {
    sent.push(words);
    await wang.writes({ subject: 'Re: x', inReplyTo: '<imdesk.0@shop.example>', text: words });
  };
  await write('转人工');
  for (let index = 0; index < 8; index++) await write(`早 ${index}`);
  await house.stopImap();
  for (let index = 0; index < 8; index++) await write(`晚 ${index}`);
  await house.startImap();
  const all = () =>
    until('every letter was read', async () => (await heard(product)).length >= sent.length, 60_000);
  await told(all(), house, product);
  const before = await cursorOf(product);

  await house.renumber(address);
  await write('重新编号之后');
  await told(all(), house, product);
  await until(
    'the numbering is known',
    async () => (await cursorOf(product))?.split(':')[0] !== before?.split(':')[0],
  );
  await write('再来一封');
  await told(all(), house, product);
  await product.settled();
  assert.deepEqual((await heard(product)).sort(), sent.sort());
});

/** A small picture, too large to be taken for a dot that counts readers. */
function picture(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const size = Buffer.from([0, 0, 0, 20, 0, 0, 0, 20, 8, 2, 0, 0, 0]);
  const pixels = Buffer.from(
    Array.from({ length: 20 * 61 }, (_, index) => (index % 61 === 0 ? 0 : (index * 7919) % 251)),
  );
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
