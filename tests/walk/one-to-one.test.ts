import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { bot, type Seats, walk } from './house.js';
import { type Customer, rowOf, takePicture, wordsOn } from './people.js';
import { shot } from './shots.js';

walk('an agent serves three customers one to one with the bot', (house) => {
  let chen: Seats;
  let he: Seats;
  let zhou: Customer;
  let sun: Customer;
  let wu: Customer;
  const codes = { zhou: '', sun: '', wu: '' };

  before(async () => {
    await house.admit([
      { id: 'sun', name: '孙慕白' },
      { id: 'wu', name: '吴采薇' },
    ]);
    chen = await house.sit({ as: 'chen', customer: 'zhou', chat: bot });
    he = await house.sit({ as: 'he', customer: '', chat: bot });
    zhou = await chen.customer.opens();
    sun = await (await house.onPhone('sun')).customer.opens();
    wu = await (await house.onPhone('wu')).customer.opens();
  });

  const codeOn = async (name: string): Promise<string> => {
    const words = await wordsOn(chen.staff.chat.card(name, /处理中/));
    return /[A-Z]\d+/.exec(words)?.[0] ?? '';
  };
  const heard = async (customer: Customer, words: string) =>
    (await customer.reads()).some((line) => line.includes(words));

  test('whoever waits appears with everybody who serves the queue, and is claimed on the card', async () => {
    await zhou.says('你们的猫叫什么名字');
    await zhou.hears(/还答不上来|不太确定/);
    await zhou.says('转人工');
    for (const { staff } of [chen, he]) {
      const words = await wordsOn(staff.chat.card('等待认领', '周启明'));
      for (const shown of ['官网 · 会员与企业采购', '等待自', '客户要求转人工', '你们的猫叫什么名字'])
        assert.ok(words.includes(shown), `the card shows ${shown}:\n${words}`);
    }
    await shot(chen.page, 'direct-1-waiting');
    await chen.staff.chat
      .card('等待认领', '周启明')
      .getByRole('button', { name: '认领', exact: true })
      .click();
    await chen.staff.chat.card('周启明', '机器人先后处理了').waitFor();
    await he.staff.chat.card('周启明', '陈亦舟 处理中').waitFor();
    await zhou.hears('已为您接入客服 陈亦舟');
    codes.zhou = await codeOn('周启明');
    await shot(chen.page, 'direct-2-claimed');
  });

  test('with one customer, plain words go to them; pictures and quotes both ways', async () => {
    const { chat } = chen.staff;
    await chat.says('周先生您好，今年端午的礼盒已经上新。');
    await zhou.hears('今年端午的礼盒已经上新');
    await zhou.says('有没有 200 份的报价');
    await chat.hears(`${codes.zhou} 周启明：有没有 200 份的报价`);
    await zhou.shows(await takePicture(chen.page, '样品.png', 240));
    await chat.sees(240);
    await chat.shows(await takePicture(chen.page, '礼盒.png', 320));
    await zhou.sees(320);
    await chat.quotes('有没有 200 份的报价');
    await chat.says('有的，稍后发您');
    assert.match(await wordsOn(await zhou.hears('有的，稍后发您')), /有没有 200 份的报价/);
    await zhou.quotes('有的，稍后发您');
    await zhou.says('谢谢');
    assert.match(await wordsOn(await chat.hears('周启明：谢谢')), /回复：.*有的，稍后发您/s);
    await shot(chen.page, 'direct-3-talk');
  });

  test('the others are claimed by command and by menu, and each has a code of its own', async () => {
    const { chat } = chen.staff;
    await sun.says('转人工');
    await chat.card('等待认领', '孙慕白').waitFor();
    await chat.says('/认领');
    await sun.hears('已为您接入客服 陈亦舟');
    await wu.says('转人工');
    await chat.card('等待认领', '吴采薇').waitFor();
    await chen.staff.presses('claim');
    await wu.hears('已为您接入客服 陈亦舟');
    codes.sun = await codeOn('孙慕白');
    codes.wu = await codeOn('吴采薇');
    assert.equal(new Set(Object.values(codes)).size, 3, JSON.stringify(codes));
  });

  test('when another customer has written since, the bot asks for whom the words are', async () => {
    const { chat } = chen.staff;
    await sun.says('发票什么时候开');
    await chat.hears('孙慕白：发票什么时候开');
    await chat.says('今天下班前开好发给您');
    const choose = chat.card('为免发错', '今天下班前开好发给您');
    await choose.waitFor();
    for (const name of ['周启明', '孙慕白', '吴采薇'])
      assert.ok((await wordsOn(choose)).includes(name), name);
    await shot(chen.page, 'direct-4-choose');
    await rowOf(choose, '孙慕白').getByRole('button', { name: '发送' }).click();
    await sun.hears('今天下班前开好发给您');
    await chat.card(`已发给 孙慕白（${codes.sun}）`).waitFor();
    await chat.says('请留意邮箱');
    await sun.hears('请留意邮箱');
    for (const other of [zhou, wu]) {
      assert.equal(await heard(other, '今天下班前开好发给您'), false);
      assert.equal(await heard(other, '请留意邮箱'), false);
    }
    await shot(chen.page, 'direct-5-chosen');
  });

  test('a code in front or a quote says for whom, whoever wrote last', async () => {
    const { chat } = chen.staff;
    await wu.says('我先看看');
    await chat.hears('吴采薇：我先看看');
    await chat.says(`${codes.zhou} 报价单已发您邮箱`);
    await zhou.hears('报价单已发您邮箱');
    assert.equal(await heard(zhou, `${codes.zhou} 报价单`), false, 'the code itself is not sent');
    await chat.hears(`已发给 周启明（${codes.zhou}）`);
    await chat.quotes('吴采薇：我先看看');
    await chat.says('好的，不着急');
    await wu.hears('好的，不着急');
    for (const other of [zhou, sun]) assert.equal(await heard(other, '好的，不着急'), false);
  });

  test('a note and the words of somebody else stay inside', async () => {
    const { chat } = chen.staff;
    await chat.says(`/备注 ${codes.zhou} 老客户，可以给九折`);
    await chat.hears(`已记在 ${codes.zhou} 的备注里，客户看不到`);
    await chat.quotes('吴采薇：我先看看');
    await chat.says('// 犹豫中，周五再问一次');
    await chat.hears(`已记在 ${codes.wu} 的备注里，客户看不到`);
    await he.staff.chat.says(`${codes.zhou} 这单我来跟`);
    await he.staff.chat.hears('这个会话由 陈亦舟 处理，你发的内容已记为备注，没有发给客户。');
    await chat.hears('何静姝：这单我来跟', '备注');
    await chat.says(`${codes.zhou} 还有什么可以帮您？`);
    await zhou.hears('还有什么可以帮您？');
    for (const customer of [zhou, sun, wu]) {
      assert.doesNotMatch((await customer.reads()).join('\n'), /九折|周五再问|这单我来跟/);
    }
    await shot(chen.page, 'direct-6-notes');
  });

  test('closing one by its code leaves the others', async () => {
    const { chat } = chen.staff;
    await chat.says(`/结束 ${codes.sun} 已解决 发票今天开`);
    await chat.hears(`${codes.sun}（孙慕白）已结束`);
    await sun.hears('本次服务已结束');
    await sun.rates(2, '等得有点久');
    await sun.hears('很抱歉没有让您满意');
    await chat.card('孙慕白', '不满意 · 等得有点久').waitFor();
    assert.equal(await heard(sun, '发票今天开'), false);
    await chen.staff.presses('mine');
    const mine = chat.card('我正在处理的会话（2）');
    await mine.waitFor();
    assert.doesNotMatch(await wordsOn(mine), /孙慕白/);
    await shot(chen.page, 'direct-7-mine');
  });
});
