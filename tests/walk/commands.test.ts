import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { demoId } from '../../server/demo/world.js';
import { cardText, Seat } from '../seat.js';
import { openVisit, type Visitor } from '../visitor.js';
import { bot, topicGroup, walk } from './house.js';
import { rowOf, wordsOn } from './people.js';
import { shot } from './shots.js';

const topicAccount = demoId(4, 0);
const directAccount = demoId(4, 1);

walk('every button has a command, in Chinese and English, for those who may', (house) => {
  let li: Visitor;
  let emily: Visitor;

  before(async () => {
    const { url } = house.installation;
    li = await openVisit(url, topicAccount, '李泽楷');
    emily = await openVisit(url, directAccount, 'Emily Carter');
  });
  const at = (person: string) => new Seat(house.installation.sandbox, person);
  const sit = (as: string) => house.sit({ as, customer: '', chat: bot });

  test('/help and /帮助 name what one may do, and nothing else', async () => {
    const { page, staff } = await sit('lin');
    await staff.chat.says('/帮助');
    const all = await wordsOn(staff.chat.card('可以这样用'));
    for (const name of ['认领', '回复', '备注', '结束', '队列', '我的', '查询', '帮助'])
      assert.ok(all.includes(`/${name}`), name);
    await shot(page, 'commands-1-help');
    const zhao = await sit('zhao');
    await zhao.staff.chat.says('/help');
    const few = await wordsOn(zhao.staff.chat.card('可以这样用'));
    assert.match(few, /\/查询/);
    assert.doesNotMatch(few, /\/认领|\/结束|\/队列|\/我的/);
    await shot(zhao.page, 'commands-2-help-employee');
  });

  test('a slip of the finger is told what was probably meant', async () => {
    const { staff } = await sit('lin');
    await staff.chat.says('/clam');
    await staff.chat.hears('你要用的是不是 /claim？');
    await staff.chat.says('/我地');
    await staff.chat.hears('你要用的是不是 /我的？');
    await staff.chat.says('/飞到月球去');
    await staff.chat.hears('没有「/飞到月球去」这个命令，发送 /帮助 查看可用的命令');
    await staff.chat.says('/to');
    await staff.chat.hears('用法：/回复 编号 内容');
  });

  test('an employee asks in plain words and finds what is for employees; the desk is not theirs', async () => {
    const { page, staff } = await sit('zhao');
    await staff.chat.says('年假有几天？');
    await staff.chat.card('年假有几天').waitFor();
    await staff.chat.says('老板的猫叫什么');
    await staff.chat.card('知识库里还没有这个问题的答案').waitFor();
    for (const [typed, said] of [
      ['/认领', '认领'],
      ['/queue', '队列'],
      ['/结束 A1', '结束'],
      ['/to A1 您好', '回复'],
    ])
      await staff.chat.says(typed ?? '').then(() => staff.chat.hears(`你没有使用「/${said}」的权限`));
    await shot(page, 'commands-3-employee');
    await li.says('年假有几天？');
    await li.hears('这个问题我');
  });

  test('/队列 and /queue show who waits; the button there and /认领 claim', async () => {
    await li.says('转人工');
    await emily.says('Can I talk to a person, please?');
    const { page, staff } = await sit('chen');
    await staff.chat.card('等待认领', 'Emily Carter').waitFor();
    await staff.chat.says('/queue');
    const queue = staff.chat.card('等待认领（2）');
    assert.match(await wordsOn(queue), /李泽楷[\s\S]*Emily Carter/);
    await shot(page, 'commands-4-queue');
    await rowOf(queue, 'Emily Carter').getByRole('button', { name: '认领' }).click();
    await emily.hears('已为您接入客服 陈亦舟');
    await staff.chat.says('/认领');
    await li.hears('已为您接入客服 陈亦舟');
    await staff.chat.says('/认领');
    await staff.chat.hears('现在没有等待的客户');
    await staff.chat.says('/队列');
    await staff.chat.card('等待认领（0）').waitFor();
  });

  test('who comes second, or names nobody, is told', async () => {
    const { staff } = await sit('he');
    const code = await codeOf('Emily Carter');
    await staff.chat.says(`/认领 ${code}`);
    await staff.chat.hears('这个会话已由 陈亦舟 认领。');
    await staff.chat.says('/认领 Z99');
    await staff.chat.hears('没有找到编号为 Z99 的会话');
    await staff.chat.says('/结束');
    await staff.chat.hears('你现在没有正在处理的会话');
  });

  test('/我的 lists them, and 设为当前 as well as /回复 turns to one', async () => {
    const { page, staff } = await sit('chen');
    const code = await codeOf('Emily Carter');
    await staff.chat.says('/我的');
    const mine = staff.chat.card('我正在处理的会话（2）');
    await rowOf(mine, 'Emily Carter').getByRole('button', { name: '设为当前' }).click();
    assert.match(await staff.told(), /接下来直接发的消息会发给 Emily Carter/);
    await shot(page, 'commands-5-mine');
    await staff.chat.says('Hello, how can I help?');
    await emily.hears('Hello, how can I help?');
    await staff.chat.says(`/to ${await codeOf('李泽楷')}`);
    await staff.chat.hears('接下来直接发的消息会发给 李泽楷');
    await staff.chat.says(`/回复 ${code} One moment, please.`);
    await emily.hears('One moment, please.');
    await staff.chat.says('李先生您好');
    await li.hears('李先生您好');
  });

  test('/查询 and /note keep to the house', async () => {
    const { page, staff } = await sit('chen');
    await staff.chat.says('/查询 电水壶显示 E1 是什么意思？');
    await staff.chat.card('电水壶显示 E1', '干烧保护').waitFor();
    await staff.chat.says(`/note ${await codeOf('Emily Carter')} prefers English`);
    await staff.chat.hears('的备注里，客户看不到');
    await shot(page, 'commands-6-ask');
    for (const customer of [li, emily])
      assert.doesNotMatch(JSON.stringify(await customer.reads()), /prefers English|E1/);
  });

  test('in the topic the commands are about its conversation', async () => {
    const { page, staff } = await house.sit({ as: 'chen', customer: '', chat: topicGroup });
    const topic = staff.topic('李泽楷');
    await topic.says('/备注 已查过订单');
    await topic.says('/close 未解决 等客户寄回');
    await li.hears('本次服务已结束');
    await topic.root.filter({ hasText: '已结束 · 未解决' }).filter({ hasText: '等客户寄回' }).waitFor();
    await topic.says('/认领');
    await topic.hears('会话已结束，客户再次发消息时会重新开始');
    assert.doesNotMatch(JSON.stringify(await li.reads()), /已查过订单|等客户寄回/);
    await shot(page, 'commands-7-topic');
  });

  test('/结束 closes the other one to one', async () => {
    const { staff } = await sit('chen');
    await staff.chat.says('/结束');
    await staff.chat.hears('不确定你说的是哪个会话');
    await staff.chat.says(`/结束 ${await codeOf('Emily Carter')}`);
    await emily.hears('本次服务已结束');
    await staff.chat.hears('Emily Carter', '已结束');
  });

  async function codeOf(customer: string): Promise<string> {
    const seen = [...(await at('chen').told()), ...(await at('chen').sees(topicGroup))].map(cardText);
    const card = seen.find((words) => words.includes(customer) && words.includes('陈亦舟 处理中'));
    return /"([A-HJ-NP-Z][1-9]\d*)"/.exec(card ?? '')?.[1] ?? '';
  }
});
