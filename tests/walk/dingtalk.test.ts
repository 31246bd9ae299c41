import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { robot, type Seats, teamGroup, walk } from './house.js';
import { type Customer, rowOf, takePicture, wordsOn } from './people.js';
import { shot } from './shots.js';

const storeGroup = 'cidDe3MenDian00000000000000000000==';

walk('customers are served by people who work in DingTalk', (house) => {
  let lin: Seats;
  let chen: Seats;
  let wang: Customer;
  let emily: Customer;
  /** Who won the claim, and who came second. */
  let owner: Seats & { name: string };
  let other: Seats & { name: string };

  before(async () => {
    lin = await house.sit({ im: 'dingtalk', as: 'lin', customer: 'wang', chat: teamGroup });
    chen = await house.sit({ im: 'dingtalk', as: 'chen', customer: '', chat: teamGroup });
    wang = await lin.customer.opens();
    emily = await (await house.onPhone('emily')).customer.opens();
  });
  const claimIn = ({ staff }: Seats, who: string) =>
    staff.chat.card('1 位客户等待认领', who).getByRole('button', { name: '认领', exact: true });
  const heard = async (customer: Customer, words: string) =>
    (await customer.reads()).some((line) => line.includes(words));

  test('on 转人工 the card in the team group shows who waits', async () => {
    await wang.says('你们老板的猫是什么颜色');
    await wang.hears(/还答不上来|不太确定/);
    await wang.says('转人工');
    await wang.hears('正在为您转接');
    for (const { staff } of [lin, chen]) {
      const words = await wordsOn(staff.chat.card('1 位客户等待认领'));
      for (const shown of ['售后客服', '王雨桐 · A1', '刚刚开始等待', '认领', '我的会话'])
        assert.ok(words.includes(shown), `the card shows ${shown}:\n${words}`);
    }
    await shot(lin.page, 'dingtalk-1-waiting');
  });

  test('two agents press 认领 at the same moment: one has it, the other reads who', async () => {
    const buttons = await Promise.all(
      [lin, chen].map(async (seat) => (await claimIn(seat, '王雨桐').elementHandle()) ?? assert.fail()),
    );
    // A slow way to Imdesk, so that both have pressed before the card of either changes under the other's finger.
    await house.installation.sandbox.control('POST', 'faults', {
      on: { delivery: 'callback', platform: 'dingtalk' },
      kind: 'delay',
      ms: 500,
      times: 2,
    });
    await Promise.all(
      buttons.map((button) => button.evaluate((one) => one instanceof HTMLElement && one.click())),
    );
    const seats = [
      { ...lin, name: '林小满' },
      { ...chen, name: '陈亦舟' },
    ] as const;
    const joined = await wordsOn(await wang.hears('已为您接入客服'));
    [owner, other] = joined.includes(seats[0].name) ? seats : [seats[1], seats[0]];
    // DingTalk waits two seconds for an answer; a machine with too much to do says so, and the card follows.
    assert.match(await owner.staff.told(), /^已认领 A1（王雨桐）|^处理中，请稍候/);
    assert.match(await other.staff.told(), new RegExp(`^这个会话已由 ${owner.name} 认领。$|^处理中，请稍候`));
    for (const seat of [lin, chen]) await seat.staff.chat.card('等待的客户都已有人接待').waitFor();
    await shot(other.page, 'dingtalk-2-came-second');
  });

  test('the owner finds the brief one to one, and the customer hears what is said there', async () => {
    await owner.staff.opens(robot);
    const { chat } = owner.staff;
    const words = await wordsOn(chat.card('王雨桐', `${owner.name} 处理中`));
    for (const shown of [
      'A1',
      '官网 · 售后客服',
      '首次咨询',
      '客户要求转人工。机器人先后处理了 1 个问题',
      '没答上：你们老板的猫是什么颜色',
    ])
      assert.ok(words.includes(shown), `the brief shows ${shown}:\n${words}`);
    await chat.says('王女士您好，我来帮您看看。');
    await wang.hears('王女士您好，我来帮您看看。');
    await wang.says('茶壶盖子裂了');
    await chat.hears('王雨桐：茶壶盖子裂了');
    await shot(owner.page, 'dingtalk-3-brief');
  });

  test('pictures go both ways, quotes too, and a note stays inside', async () => {
    const { chat } = owner.staff;
    await wang.shows(await takePicture(lin.page, '裂痕.png', 240));
    await chat.sees(240);
    await chat.shows(await takePicture(lin.page, '新壶.png', 320));
    await wang.sees(320);
    await chat.quotes('茶壶盖子裂了');
    await chat.says('这个可以免费补发壶盖');
    assert.match(await wordsOn(await wang.hears('这个可以免费补发壶盖')), /茶壶盖子裂了/);
    await chat.says('// 上次也是壶盖，怀疑是这一批');
    await chat.hears('已记在 A1 的备注里，客户看不到');
    await chat.says('今天就给您发出');
    await wang.hears('今天就给您发出');
    assert.equal(await heard(wang, '怀疑是这一批'), false);
    await shot(owner.page, 'dingtalk-4-talk');
  });

  test('the only one who waits is claimed in the group with one button', async () => {
    await emily.says('怎么开电子发票？');
    await emily.hears('申请发票');
    await emily.says('转人工');
    const { staff } = owner;
    await staff.opens(teamGroup);
    const waiting = staff.chat.card('1 位客户等待认领', 'Emily Carter');
    await waiting.getByRole('button', { name: '认领', exact: true }).click();
    await emily.hears(`已为您接入客服 ${owner.name}`);
    await staff.chat.card('等待的客户都已有人接待').waitFor();
    await staff.opens(robot);
    await staff.chat.card('Emily Carter', `${owner.name} 处理中`).waitFor();
  });

  test('with two customers the bot asks for whom the words are', async () => {
    const { chat } = owner.staff;
    await chat.says('Emily 您好');
    await emily.hears('Emily 您好');
    await wang.says('快递用哪家？');
    await chat.hears('王雨桐：快递用哪家？');
    await chat.says('明天就能到');
    const choose = chat.card('为免发错', '明天就能到');
    for (const name of ['王雨桐', 'Emily Carter'])
      assert.ok((await wordsOn(choose)).includes(name), `${name} is on it`);
    await shot(owner.page, 'dingtalk-5-choose');
    await rowOf(choose, '王雨桐').getByRole('button', { name: '发送' }).click();
    await wang.hears('明天就能到');
    await chat.card('已发给 王雨桐（A1）').waitFor();
    assert.equal(await heard(emily, '明天就能到'), false);
    await shot(owner.page, 'dingtalk-6-chosen');
  });

  test('closed by the form on the card: the customer is told and rates, and the card shows it', async () => {
    const { chat } = owner.staff;
    const brief = chat.card('王雨桐', `${owner.name} 处理中`, '结束原因');
    await brief.locator('[data-field="reason"]').selectOption({ label: '已解决' });
    await brief.locator('[data-field="summary"]').fill('壶盖裂，已安排补发');
    await brief.getByRole('button', { name: '结束会话' }).click();
    await wang.hears('本次服务已结束');
    await chat.card('王雨桐', '已结束 · 已解决', '壶盖裂，已安排补发').waitFor();
    await wang.rates(5, '很快就解决了');
    await wang.hears('感谢您的评价');
    await chat.card('王雨桐', '非常满意 · 很快就解决了').waitFor();
    assert.equal(await heard(wang, '壶盖裂，已安排补发'), false);
    await shot(owner.page, 'dingtalk-7-rated');
  });

  test('a click on an older card is answered with what is true now', async () => {
    const guest = await (await house.onPhone('')).customer.opens();
    await guest.says('转人工');
    await guest.hears('正在为您转接');
    await other.staff.opens(robot);
    const { chat } = other.staff;
    await chat.says('/队列');
    const list = chat.card('等待认领（1）', '访客');
    await list.waitFor();
    await owner.staff.chat.says('/认领');
    await guest.hears(`已为您接入客服 ${owner.name}`);
    await rowOf(list, '访客').getByRole('button', { name: '认领', exact: true }).click();
    await chat.element.getByText(`这个会话已由 ${owner.name} 认领。`).first().waitFor();
    await shot(other.page, 'dingtalk-8-older-card');
  });

  test('an employee asks the robot one to one, and by naming it in a group', async () => {
    await house.installation.sandbox.control('PUT', 'world', {
      dingtalk: {
        groups: [
          { openConversationId: storeGroup, name: '门店同事', people: ['zhao', 'gu'], robots: [robot] },
        ],
      },
    });
    const zhao = await house.sit({ im: 'dingtalk', as: 'zhao', customer: '', chat: robot });
    await zhao.staff.chat.says('年假有几天，怎么申请？');
    await zhao.staff.chat.card(/年假/).waitFor();
    await shot(zhao.page, 'dingtalk-9-employee');
    await zhao.staff.opens(storeGroup);
    await zhao.staff.chat.mentions('小屿', '忘记打卡了怎么补？');
    await zhao.staff.chat.card(/补卡|打卡/).waitFor();
    await shot(zhao.page, 'dingtalk-10-group');
  });
});
