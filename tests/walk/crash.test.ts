import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Seat } from '../seat.js';
import { type Seats, topicGroup, walk } from './house.js';
import { wordsOn } from './people.js';
import { shot } from './shots.js';

walk('kill -9 of everything in mid-conversation', (house) => {
  let lin: Seats;
  const topic = () => lin.staff.topic('王雨桐');
  const numbered = (what: string) => Array.from({ length: 5 }, (_, at) => `${what}第 ${at + 1} 句`);
  /** Which of these words were read, in the order and as often as they were. */
  const among = (words: readonly string[], lines: readonly string[]) =>
    lines.flatMap((line) => words.filter((one) => line.includes(one)));

  before(async () => {
    lin = await house.sit({ as: 'lin', customer: 'wang', chat: topicGroup });
    await lin.customer.opens();
    await lin.customer.says('转人工');
    await topic().root.getByRole('button', { name: '认领', exact: true }).click();
    await lin.customer.hears('已为您接入客服 林小满');
    await topic().says('王女士您好，请讲');
    await lin.customer.hears('王女士您好，请讲');
  });

  test('what was said while it was away arrives by itself, and the conversation goes on', async () => {
    const { customer, page } = lin;
    await house.installation.kill();
    await page.getByTestId('lost').waitFor();
    await customer.writes('你们还在吗');
    await customer.pending.filter({ hasText: '联网后自动发送' }).waitFor();
    await shot(page, 'crash-1-away');
    await house.installation.start();
    await topic().hears('王雨桐：你们还在吗');
    await page.getByTestId('lost').waitFor({ state: 'hidden' });
    await topic().says('在的，刚才网络闪了一下');
    await customer.hears('在的，刚才网络闪了一下');
    await shot(page, 'crash-2-back');
  });

  test('a customer’s words on their way when it dies arrive, each once and in order', async () => {
    const { customer } = lin;
    const words = numbered('客户');
    for (const one of words) await customer.writes(one);
    await topic().hears(words[0] ?? '');
    await house.installation.kill();
    await house.installation.start();
    await topic()
      .within(90_000)
      .hears(words[4] ?? '');
    await topic().says('都收到了');
    await customer.hears('都收到了');
    await topic().unfolds();
    assert.deepEqual(among(words, await topic().reads()), words);
    assert.deepEqual(among(words, await customer.reads()), words);
  });

  test('an agent’s words on their way when it dies arrive, each once', async () => {
    const { customer } = lin;
    const words = numbered('客服');
    const seat = new Seat(house.installation.sandbox, 'lin');
    const root = await seat.card(topicGroup, '王雨桐');
    for (const text of words) await seat.says({ chat: topicGroup, thread: root.id }, text);
    await customer.hears(words[0] ?? '');
    await house.installation.kill();
    await house.installation.start();
    for (const one of words) await customer.hears(one, 90_000);
    // Feishu gives each event to any connection of the app, so what a machine types at once may arrive in any order.
    assert.deepEqual(among(words, await customer.reads()).sort(), words);
  });

  test('nothing is lost or repeated for those who come back later', async () => {
    const before = await lin.customer.reads();
    await lin.page.reload();
    await lin.customer.opens();
    await lin.customer.hears('客服第 5 句');
    assert.deepEqual(await lin.customer.reads(), before);
    assert.match(await wordsOn(topic().root), /林小满 处理中/);
    assert.equal(new Set(before).size, before.length, 'no line stands there twice');
  });

  test('--reset forgets all of it', async () => {
    await house.installation.stop();
    await house.installation.start('--reset');
    const fresh = await house.sit({ as: 'lin', customer: 'wang', chat: topicGroup });
    await fresh.page.getByText('还没有话题').waitFor();
    await fresh.customer.opens();
    assert.equal((await fresh.customer.reads()).length, 1, 'only the welcome is there');
    await fresh.customer.says('转人工');
    await fresh.staff.topic('王雨桐').card('等待认领', 'A1').waitFor();
  });
});
