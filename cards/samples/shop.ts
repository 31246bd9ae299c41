import type { CardData } from '../../core/cards/card.js';
import { type Locale, text } from '../../core/i18n/texts.js';

/** One afternoon at a shop's desk, of which the samples tell. */
export const conversation = '0199a1b2-0000-7000-8000-000000000012';
const operations = {
  transfer: 'conversation.offerTransfer',
  queue: 'queue.list',
  moreActions: 'conversation.more',
} as const;
/** What a brief offers besides writing. */
export const actionsIn = (locale: Locale): CardData<'brief'>['actions'] =>
  (['transfer', 'queue', 'moreActions'] as const).map((key) => ({
    label: text(locale, `card.button.${key}`),
    style: 'default',
    operation: operations[key],
    arguments: { conversation },
  }));
export const reasons = [
  { label: '已解决', value: 'solved' },
  { label: '未解决', value: 'unsolved' },
  { label: '客户未回复', value: 'noReply' },
  { label: '重复咨询', value: 'duplicate' },
];
export const facts = [
  { label: '渠道', value: '网页' },
  { label: '队列', value: '售后' },
  { label: '会员等级', value: '金卡' },
  { label: '近期订单', value: 'T20261108-3391 · ¥1,299.00' },
];
export const said: CardData<'brief'>['history'] = [
  { who: '王女士', at: '14:01', text: '你好，我上周买的扫地机器人不出水了', side: 'customer' },
  {
    who: '机器人',
    at: '14:01',
    text: '您好，请先确认水箱已装满并扣紧，再长按主机键 5 秒重启。',
    side: 'robot',
  },
  { who: '王女士', at: '14:03', text: '都试过了，还是不行。能换一台吗？', side: 'customer' },
  { who: '系统', at: '14:03', text: '客户要求转人工', side: 'system' },
];

export const desk: CardData<'desk'> = {
  conversation,
  version: 3,
  code: 'A12',
  customer: '王女士',
  state: 'waiting',
  urgency: 'calm',
  status: '等待认领 · 1 分钟',
  facts,
  reason: '客户要求转人工，机器人的两个办法都没有解决不出水的问题。',
  recent: said.slice(0, 3),
  tried: ['扫地机器人不出水怎么办', '如何申请换货'],
  reasons,
};
export const brief: CardData<'brief'> = {
  conversation,
  version: 4,
  code: 'A12',
  customer: '王女士',
  state: 'active',
  status: '陈一 处理中',
  profile: [...facts, { label: '电话', value: '138****2046' }, { label: '城市', value: '杭州' }],
  brief: '上周购买的扫地机器人不出水，按说明检查过水箱并重启，没有效果，希望换货。订单在 7 天无理由期内。',
  tried: desk.tried,
  history: [
    ...said,
    { who: '陈一', at: '14:05', text: '王女士您好，我是售后陈一，马上为您处理。', side: 'agent' },
    { who: '陈一', at: '14:06', text: '这个批次的水泵有返修记录，可以直接换新', side: 'note' },
    { who: '王女士', at: '14:06', text: '好的，谢谢！需要我寄回去吗？', side: 'customer' },
  ],
  omitted: 0,
  hint: '直接发消息即可回复客户；以 // 开头是备注，客户看不到。',
  actions: actionsIn('zh-CN'),
  reasons,
};
export const rows: CardData<'queue'>['rows'] = [
  {
    conversation: `${conversation}1`,
    code: 'A9',
    customer: '李雷',
    detail: '售后 · 已等待 12 分钟',
    preview: '退款三天了还没到账，你们到底管不管？',
    urgency: 'late',
  },
  {
    conversation: `${conversation}2`,
    code: 'A11',
    customer: 'Priya Nair',
    detail: '国际站 · 已等待 6 分钟',
    preview: 'Hi, could you tell me when order #88213 will ship?',
    urgency: 'soon',
  },
  {
    conversation,
    code: 'A12',
    customer: '王女士',
    detail: '售后 · 已等待 1 分钟',
    preview: '都试过了，还是不行。能换一台吗？',
    urgency: 'calm',
  },
];
export const choose: CardData<'choose'> = {
  draft: '0199a1b2-0000-7000-8000-0000000000d1',
  state: 'open',
  why: '你正在处理多个会话，请选择要发给谁。',
  preview: '您好，换货单已经建好，快递员明天上午上门取件。',
  status: '',
  choices: rows.map(({ conversation, code, customer, detail }) => ({ conversation, code, customer, detail })),
};
export const rating: CardData<'rating'> = {
  conversation,
  state: 'open',
  prompt: '您对本次服务满意吗？',
  scores: ['非常满意', '满意', '一般', '不满意', '非常不满意'].map((label, at) => ({ score: 5 - at, label })),
};

export const locale = 'zh-CN' as const;
