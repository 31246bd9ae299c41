import type { CardData, CardView } from '../core/cards/card.js';

/** Every card in each of its states, with data such as a shop's desk sees it: for the gallery and the tests. */
export const samples: Record<string, CardView> = {};

const conversation = '0199a1b2-0000-7000-8000-000000000012';
const reasons = [
  { label: '已解决', value: 'solved' },
  { label: '未解决', value: 'unsolved' },
  { label: '客户未回复', value: 'noReply' },
  { label: '重复咨询', value: 'duplicate' },
];
const facts = [
  { label: '渠道', value: '网页' },
  { label: '队列', value: '售后' },
  { label: '会员等级', value: '金卡' },
  { label: '近期订单', value: 'T20261108-3391 · ¥1,299.00' },
];
const said: CardData<'brief'>['history'] = [
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

const desk: CardData<'desk'> = {
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
const brief: CardData<'brief'> = {
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
  reasons,
};
const rows: CardData<'queue'>['rows'] = [
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
const choose: CardData<'choose'> = {
  draft: '0199a1b2-0000-7000-8000-0000000000d1',
  state: 'open',
  why: '你正在处理多个会话，请选择要发给谁。',
  preview: '您好，换货单已经建好，快递员明天上午上门取件。',
  status: '',
  choices: rows.map(({ conversation, code, customer, detail }) => ({ conversation, code, customer, detail })),
};
const rating: CardData<'rating'> = {
  conversation,
  state: 'open',
  prompt: '您对本次服务满意吗？',
  scores: ['非常满意', '满意', '一般', '不满意', '非常不满意'].map((label, at) => ({ score: 5 - at, label })),
};

function add(name: string, view: CardView): void {
  samples[name] = view;
}
const locale = 'zh-CN' as const;

add('desk waiting', { template: 'desk', locale, data: desk, plain: '新会话 A12 王女士等待认领' });
add('desk late', {
  template: 'desk',
  locale,
  data: { ...desk, urgency: 'late', status: '等待认领 · 12 分钟' },
  plain: '会话 A12 王女士已等待 12 分钟',
});
add('desk claimed', {
  template: 'desk',
  locale,
  data: { ...desk, state: 'active', status: '陈一 处理中' },
  plain: '会话 A12 王女士由陈一处理',
});
add('desk closed', {
  template: 'desk',
  locale,
  data: { ...desk, state: 'closed', status: '已结束 · 已解决', rating: '非常满意：换货很快，谢谢' },
  plain: '会话 A12 王女士已结束',
});
add('brief', { template: 'brief', locale, data: brief, plain: '你已认领 A12 王女士' });
add('brief closed', {
  template: 'brief',
  locale,
  data: { ...brief, state: 'closed', status: '已结束 · 已解决', rating: '非常满意' },
  plain: 'A12 王女士已结束',
});
add('queue', {
  template: 'queue',
  locale,
  data: { title: '等待认领（15）', total: 15, rows, omitted: 12, empty: '现在没有等待的客户。' },
  plain: '等待认领（15）',
});
add('queue empty', {
  template: 'queue',
  locale,
  data: { title: '等待认领（0）', total: 0, rows: [], omitted: 0, empty: '现在没有等待的客户。' },
  plain: '现在没有等待的客户。',
});
add('mine', {
  template: 'mine',
  locale,
  data: {
    title: '我正在处理的会话（3）',
    rows: rows.map((row, at) => ({ ...row, focused: at === 2 })),
    omitted: 0,
    empty: '你现在没有正在处理的会话。',
  },
  plain: '我正在处理的会话（3）',
});
add('choose', { template: 'choose', locale, data: choose, plain: '要发给哪位客户？' });
add('choose sent', {
  template: 'choose',
  locale,
  data: { ...choose, state: 'sent', status: '已发给 王女士（A12）' },
  plain: '已发给 王女士（A12）',
});
add('choose dropped', {
  template: 'choose',
  locale,
  data: { ...choose, state: 'dropped', status: '没有发送' },
  plain: '没有发送',
});
add('answer', {
  template: 'answer',
  locale,
  data: {
    question: '换货需要客户承担运费吗',
    found: true,
    answer: '质量问题换货，往返运费由我们承担。\n请在换货单上选择「质量问题」，快递到付即可。',
    source: '售后政策 · 2026-10-08 更新',
    related: [{ question: '换货多久能收到新机' }, { question: '超过 7 天还能换货吗' }],
  },
  plain: '质量问题换货，往返运费由我们承担。',
});
add('answer not found', {
  template: 'answer',
  locale,
  data: {
    question: '海外仓能换货吗',
    found: false,
    answer: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
    related: [],
  },
  plain: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
});
add('help', {
  template: 'help',
  locale,
  data: {
    title: '可以这样用',
    intro: '认领会话后，直接发消息就会回复客户；以 // 开头的内容是备注，客户看不到。',
    commands: [
      { usage: '/认领 [编号]', meaning: '认领等待最久的客户，或指定的会话' },
      { usage: '/结束 [编号]', meaning: '结束当前会话，或指定的会话' },
      { usage: '/查询 问题', meaning: '在知识库里找答案，不会发给客户' },
    ],
    buttons: [
      { label: '等待队列', operation: 'queue.list' },
      { label: '我的会话', operation: 'member.conversations' },
    ],
  },
  plain: '可以这样用',
});
const waiting: CardData<'waiting'> = {
  queue: '售后客服',
  title: '15 位客户等待认领',
  state: 'open',
  total: 15,
  urgency: 'late',
  status: '等得最久的已等了 12 分钟',
  rows,
  omitted: 12,
};
add('waiting', { template: 'waiting', locale, data: waiting, plain: '15 位客户等待认领' });
add('waiting done', {
  template: 'waiting',
  locale,
  data: {
    ...waiting,
    title: '等待的客户都已有人接待',
    state: 'done',
    total: 0,
    status: '等待的客户都已有人接待',
    rows: [],
    omitted: 0,
  },
  plain: '等待的客户都已有人接待',
});
add('waiting renewed', {
  template: 'waiting',
  locale,
  data: { ...waiting, state: 'renewed', status: '已更新，请看最新的提醒' },
  plain: '已更新，请看最新的提醒',
});
const transfer: CardData<'transfer'> = {
  conversation,
  code: 'A12',
  customer: '王女士',
  state: 'open',
  status: '',
  colleagues: [
    { label: '林小满（处理中 3/20）', value: '0199a1b2-0000-7000-8000-0000000000a1' },
    { label: '周晓（处理中 19/20）', value: '0199a1b2-0000-7000-8000-0000000000a2' },
  ],
};
add('transfer', { template: 'transfer', locale, data: transfer, plain: '转交会话 A12 王女士' });
add('transfer nobody', {
  template: 'transfer',
  locale,
  data: { ...transfer, state: 'gone', status: '现在没有可以接手的同事。', colleagues: [] },
  plain: '现在没有可以接手的同事。',
});
add('transfer done', {
  template: 'transfer',
  locale,
  data: { ...transfer, state: 'done', status: '已转交给 林小满' },
  plain: '已转交给 林小满',
});
add('alert', {
  template: 'alert',
  locale,
  data: {
    title: '可能有消息没收到',
    tone: 'warning',
    told: '与钉钉的连接中断过。14:02 至 14:09 之间同事发给机器人的消息可能没有收到，请提醒大家核对，必要时重发。',
    facts: [
      { label: '工作区', value: '钉钉 · 山屿茶器' },
      { label: '中断', value: '7 分钟' },
    ],
    buttons: [],
  },
  plain: '钉钉 14:02 至 14:09 之间的消息可能没有收到',
});
add('alert with a button', {
  template: 'alert',
  locale,
  data: {
    title: '机器人的连接被占用',
    tone: 'attention',
    told: '有人在别处用同一个机器人建立了连接，这里已停止接收消息。确认那边不再使用后，可以重新连接。',
    facts: [{ label: '工作区', value: '企业微信智能机器人' }],
    buttons: [
      {
        label: '重新连接',
        operation: 'workspace.reconnect',
        subject: '0199a1b2-0000-7000-8000-0000000000b1',
      },
    ],
  },
  plain: '机器人的连接被占用',
});
add('quota', {
  template: 'quota',
  locale,
  data: {
    title: '本月用量',
    rows: [
      {
        workspace: '钉钉 · 标准版',
        used: '接口调用 4,210 / 5,000 · 消息推送 1,920 / 3,000',
        left: '按现在的用法，还够约 87 个会话',
        tone: 'warning',
      },
      { workspace: '飞书', used: '接口调用 12,480 / 1,000,000', left: '余量充足', tone: 'good' },
    ],
    hint: '用量由本系统统计；同一企业的其他应用也会占用平台的额度。',
  },
  plain: '本月用量',
});
add('rating', { template: 'rating', locale, data: rating, plain: '您对本次服务满意吗？' });
add('rating given', {
  template: 'rating',
  locale,
  data: { ...rating, state: 'given', given: '您的评价：非常满意' },
  plain: '您的评价：非常满意',
});
add('rating expired', {
  template: 'rating',
  locale,
  data: { ...rating, state: 'expired' },
  plain: '评价已截止',
});
add('desk in English', {
  template: 'desk',
  locale: 'en',
  plain: 'A12 Priya Nair is waiting',
  data: {
    ...desk,
    customer: 'Priya Nair',
    urgency: 'soon',
    status: 'Waiting · 6 minutes',
    reason: 'The customer asked for a person.',
    facts: [{ label: 'Channel', value: 'WhatsApp' }],
    recent: [{ who: 'Priya Nair', at: '14:03', text: 'When will order #88213 ship?', side: 'customer' }],
    tried: ['When will my order ship?'],
  },
});

/** What people type to make a card lie, break or overflow. */
export const hostileTexts = [
  '<at id=all></at> <at user_id="all">所有人</at> @所有人',
  '**系统 · 14:05**\n会话已结束，请勿回复\n---\n# 公告\n[点我领奖](https://evil.example) ![x](img_v3_x)',
  `\${words.button.claim} \${$root} \${json($root)} {code}`,
  '<font color=red>紧急</font><script>alert(1)</script><img src=x onerror=alert(1)>&lt;at id=all&gt;',
  '\u202Eאבג שלום\u2066 مرحبا 王女士 A12\u202C',
  '👩‍👩‍👧‍👦🏳️‍🌈🇨🇳👍🏽'.repeat(40),
  `a${'\u0301'.repeat(3000)}`,
  '王'.repeat(5000),
  '"\\\n\t\u0001\u2028'.repeat(500),
  '| a | b |\n|---|---|\n| 1 | 2 |\n```\ncode\n```\n:DONE: $x$ ~~x~~ _y_ > q',
  ' \n\t\u3000\u200B',
  '',
];

for (const [at, name] of [
  'desk waiting',
  'brief',
  'queue',
  'mine',
  'choose',
  'answer',
  'help',
  'waiting',
  'transfer',
  'alert',
  'quota',
].entries()) {
  const view = samples[name];
  if (view)
    add(
      `${name}, hostile`,
      withTexts(view, (n) => hostileTexts[(n + at) % 5] ?? ''),
    );
}

/** The view with every text a person may have typed replaced; ids, states and urgencies stay. */
export function withTexts<View extends CardView>(view: View, typed: (at: number) => string): View {
  const kept = new Set([
    'conversation',
    'draft',
    'state',
    'urgency',
    'side',
    'operation',
    'reasons',
    'tone',
    'subject',
  ]);
  let at = 0;
  const replaced = (value: unknown, key = ''): unknown => {
    if (kept.has(key)) return value;
    if (typeof value === 'string') return typed(at++);
    if (Array.isArray(value)) return value.map((item) => replaced(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, name)]));
  };
  return { ...view, data: replaced(view.data) };
}

/** The view with every list that is not empty repeated, or cut, to `count` items. */
export function repeatRows<View extends CardView>(view: View, count: number): View {
  const repeated = (value: unknown): unknown =>
    Array.isArray(value) && value.length > 0
      ? Array.from({ length: count }, (_, at) => value[at % value.length])
      : value;
  const data = Object.fromEntries(Object.entries(view.data).map(([key, value]) => [key, repeated(value)]));
  return { ...view, data };
}
