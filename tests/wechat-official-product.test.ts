/** An official account end to end: a follower's phone on one side, agents at their Feishu on the other. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account as official, phoneAt } from '../sandbox/wechat-official/testing.js';
import { topicGroup } from './company.js';
import { startProduct } from './imdesk.js';
import { until } from './sandbox.js';

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const accountId = '01990000-0000-7000-8004-000000000009';

/** The product with an official account, and a customer who has not followed it yet. */
async function withFollower(t: TestContext) {
  const { appId, appSecret, token, encodingAesKey } = official;
  const product = await startProduct(t, {
    accounts: (sandboxUrl) => [
      {
        ...{ id: accountId, name: '公众号', channel: 'wechat-official', queue: '售后客服' },
        settings: {
          ...{ appId, appSecret, token, encodingAesKey, menu: { parcel: '我的快递到哪了' } },
          baseUrl: `${sandboxUrl}/api.weixin.qq.com`,
        },
      },
    ],
  });
  const url = `${product.url}/channels/wechat-official/${accountId}`;
  const account = { ...official, url, mode: 'encrypted' };
  await product.sandbox.control('PUT', 'world', {
    'wechat-official': { accounts: [account], customers: [{ id: 'wang', name: '王女士' }] },
  });
  await until('the address is verified', async () => {
    const { urls } = await product.sandbox.control<{ urls: { url: string; verified: boolean }[] }>(
      'GET',
      'connections',
    );
    return urls.some((one) => one.url === url && one.verified);
  });
  const phone = phoneAt(product.sandbox.url);
  /** What stands on the phone that the customer did not say, with how it came. */
  const read = async () =>
    (await phone.view()).items.flatMap(({ body, side, via }) => {
      if (side === 'me') return [];
      return [{ text: body.type === 'menu' ? body.head : body.type === 'text' ? body.text : body.type, via }];
    });
  const reads = async (words: string) => {
    await until(`the customer reads ${words}`, async () =>
      (await read()).some(({ text }) => text.includes(words)),
    );
    return (await read()).filter(({ text }) => text.includes(words));
  };
  return { product, phone, read, reads };
}

test('a follower asks the robot, asks for a person, and talks with an agent in Feishu', async (t) => {
  const { product, phone, read, reads } = await withFollower(t);
  await phone.act({ do: 'gate' });
  const [greeting] = await reads('有什么可以帮您');
  assert.equal(greeting?.via, '被动回复', 'who follows is greeted for nothing');
  await phone.act({ do: 'say', text: '下单后多久发货' });
  const [answer, ...twice] = await reads('24 小时内发出');
  assert.deepEqual([answer?.via, twice], ['被动回复', []], 'the robot answers for nothing, once');

  await phone.act({ do: 'say', text: '转人工' });
  const lin = product.seat('lin');
  const card = await lin.card(topicGroup, '转人工');
  const topic = card.threadId ?? card.id;
  await lin.clicks(card.id, { text: '认领' });
  await lin.says({ chat: topicGroup, thread: topic }, '您好，订单号发我看看');
  const [reply, ...again] = await reads('订单号发我看看');
  assert.deepEqual([reply?.via, again], ['客服消息', []], 'the agent answers by custom/send, once');

  await phone.act({ do: 'say', text: '00123 👍' });
  await lin.hears(topicGroup, topic, '00123 👍');
  await phone.act({ do: 'send', type: 'image', name: 'a.png', base64: png });
  await until('the picture is there', async () =>
    (await lin.sees(topicGroup, topic)).some(({ content }) => JSON.stringify(content).includes('image_key')),
  );
  await product.settled();
  const said = (await read()).map(({ text }) => text);
  assert.equal(new Set(said).size, said.length, 'nothing is said twice');
  assert.ok(!said.some((text) => text.includes('故障')), 'WeChat never thought the account out of order');
});
