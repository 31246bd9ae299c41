import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wantsPerson } from './wants-person.js';

const requests = `
转人工
转人工！
转人工客服
人工
人工。
人工客服
人工服务
人工人工人工
转人工转人工
转 人 工
请转人工
请帮我转人工
麻烦转一下人工
我要转人工
我要人工
我想转人工客服
接人工!
接人工客服
接入人工
转接人工
转接客服
转接真人客服
切换到人工
换人工
换个人工
还是转人工吧
那就转人工
算了转人工
联系客服
我想和客服聊聊
找人工
找真人
我要找真人
找个真人来
叫客服
叫个人工来
我要找客服
我要客服
客服
客服呢
客服在吗
客服人员在吗
人工在吗
人工在不在
人工客服在线吗
有人工吗
有没有人工客服
有真人吗
真人
真人客服
在线客服
活人呢
能转人工吗
可以转人工吗
能不能转人工
能不能给我转个人工
可不可以接人工客服
怎么转人工
如何转人工客服
我要投诉找人工
我要投诉，找人工
投诉！转人工
说了半天没用，转人工
你听不懂，给我转人工
机器人走开，我要人工
我不要机器人
不想跟机器人聊
别用机器人回复
快点转人工
马上给我转人工
直接转人工吧
我的快递丢了三天没人管赶紧给我转人工
转不了人工
你好，转人工
您好 人工客服
转人工，谢谢
轉人工
轉接客服
請轉人工客服
找人工處理
不用了，转人工
我不要退款了，转人工
agent
human
human please
Human, please!
talk to a human
I want to talk to a real person
can I speak to an agent?
Could you transfer me to an agent please
live agent
customer service
representative
operator
i need a human now
is there a real person here?
转 agent
ＡＧＥＮＴ
转人工🙏🙏
【转人工】
`;

const others = `
人工费多少
人工费怎么算
安装收人工费吗
人工智能是什么
你是人工智能吗
你是人工还是机器人
你是真人吗
你是人工客服吗
你们是真人吗
我是客服
人工审核要多久
需要人工费吗
要人工安装吗
不用转人工了
不用人工
不需要人工客服
不需要转人工
先不转人工
先别转人工
别转人工
不要给我转人工
我没说要转人工
取消转人工
不想转人工
不是人工吗
人工湖在哪
附近有人工湖吗
这是人工的还是天然的
人工制作的茶壶吗
人工采摘的茶叶吗
人工客服几点上班
人工客服电话是多少
客服电话
客服电话多少
客服几点下班
客服态度不好
客服说今天发货
客服昨天答应给我退款
转人工要等多久
转人工收费吗
昨天转人工之后没人理我
晚上有人工吗
你们的客服在哪个城市
客服招聘吗
你们招客服吗
我要投诉
我要退货
转账怎么转
怎么转会员
转让订单
接口是什么接法
我要人工草坪
人工降雨
人工呼吸怎么做
真人同款有吗
真人照片发一下
活人墓
有人吗
在吗
你好
谢谢
机器人你几岁了
你是机器人吗
机器人多少钱
扫地机器人怎么退货
怎么联系卖家发货
转人工，算了，不用转人工了
what is your user agent
real estate agent
human hair wig price
is this a service fee
how do I return my order
support
where is my order
no agent
cleaning agent
 
。。。
`;

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

for (const line of lines(requests))
  test(`asks for a person: ${line}`, () => assert.equal(wantsPerson(line), true));
for (const line of lines(others)) test(`does not: ${line}`, () => assert.equal(wantsPerson(line), false));

test('a polite frame or decoration changes nothing', () => {
  const frame = fc.constantFrom('', '！', '~', ' ', '？？', '。', '🙏', '…');
  fc.assert(
    fc.property(frame, fc.constantFrom('转人工', '找真人', '接人工客服'), frame, (left, words, right) =>
      wantsPerson(`${left}${words}${right}`),
    ),
  );
});

test('hostile lengths are judged at once', () => {
  for (const piece of ['转人工', '我要', '客服', '不要', '人', 'agent ', '一个']) {
    const from = performance.now();
    wantsPerson(`${piece.repeat(20_000)}x`);
    wantsPerson(`${piece.repeat(25).slice(0, 59)}x`);
    assert.ok(performance.now() - from < 1_000, piece);
  }
});
