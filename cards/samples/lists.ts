import type { CardData, CardView } from '../../core/cards/card.js';
import { choose, conversation, locale, rows } from './shop.js';

const waiting: CardData<'waiting'> = {
  queue: '售后客服',
  title: '15 位客户等待认领',
  state: 'open',
  total: 15,
  urgency: 'late',
  status: '',
  rows: rows.map((row) => ({ ...row, detail: row.detail.replace(/^.* · /, '') })),
  omitted: 12,
};
const awaiting = ['待回复 · 12 分钟', '待回复 · 6 分钟', '待回复 · 1 分钟'];

/** Several conversations, to choose from. */
export const listSamples: Record<string, CardView> = {
  queue: {
    template: 'queue',
    locale,
    data: { title: '等待认领（15）', total: 15, rows, omitted: 12, empty: '现在没有等待的客户。' },
    plain: '等待认领（15）',
  },
  'queue empty': {
    template: 'queue',
    locale,
    data: { title: '等待认领（0）', total: 0, rows: [], omitted: 0, empty: '现在没有等待的客户。' },
    plain: '现在没有等待的客户。',
  },
  'queue of one': {
    template: 'queue',
    locale,
    data: { title: '等待认领（1）', total: 1, rows: rows.slice(2), omitted: 0, empty: '' },
    plain: '等待认领（1）',
  },
  mine: {
    template: 'mine',
    locale,
    data: {
      title: '我正在处理的会话（3）',
      rows: rows.map((row, at) => ({ ...row, detail: awaiting[at] ?? '', focused: at === 2 })),
      omitted: 0,
      empty: '你现在没有正在处理的会话。',
    },
    plain: '我正在处理的会话（3）',
  },
  'mine empty': {
    template: 'mine',
    locale,
    data: { title: '我正在处理的会话（0）', rows: [], omitted: 0, empty: '你现在没有正在处理的会话。' },
    plain: '你现在没有正在处理的会话。',
  },
  'mine of one': {
    template: 'mine',
    locale,
    data: {
      title: '我正在处理的会话（1）',
      rows: rows.slice(2).map((row) => ({ ...row, detail: '已回复', focused: true })),
      omitted: 0,
      empty: '',
    },
    plain: '我正在处理的会话（1）',
  },
  choose: { template: 'choose', locale, data: choose, plain: '要发给哪位客户？' },
  'choose among many': {
    template: 'choose',
    locale,
    data: {
      ...choose,
      why: '刚刚有其他客户发来消息，为免发错，请确认收件的客户。',
      choices: Array.from({ length: 8 }, (_, at) => ({
        conversation: `${conversation}${at}`,
        code: `A${at + 3}`,
        customer: ['李雷', 'Priya Nair', '王女士', '欧阳若兮👩‍👩‍👧‍👦 山屿茶器杭州西湖旗舰店'][at % 4] ?? '',
        detail: `${at + 1} 分钟前 · ${rows[at % 3]?.preview}`,
      })),
    },
    plain: '要发给哪位客户？',
  },
  'choose sent': {
    template: 'choose',
    locale,
    data: { ...choose, state: 'sent', status: '已发给 王女士（A12）' },
    plain: '已发给 王女士（A12）',
  },
  'choose dropped': {
    template: 'choose',
    locale,
    data: { ...choose, state: 'dropped', status: '没有发送' },
    plain: '没有发送',
  },
  waiting: { template: 'waiting', locale, data: waiting, plain: '15 位客户等待认领' },
  'waiting one': {
    template: 'waiting',
    locale,
    data: {
      ...waiting,
      ...{ title: '1 位客户等待认领', total: 1, urgency: 'calm', status: '' },
      rows: [
        {
          ...{ conversation, code: 'A1', customer: '王雨桐', detail: '刚刚开始等待' },
          ...{ preview: '壶盖有一道裂纹，请转人工看看', urgency: 'calm' },
        },
      ],
      omitted: 0,
    },
    plain: '1 位客户等待认领',
  },
  'waiting done': {
    template: 'waiting',
    locale,
    data: {
      ...waiting,
      title: '等待的客户都已有人接待',
      state: 'done',
      total: 0,
      status: '再有客户等待时，会再提醒你。',
      rows: [],
      omitted: 0,
    },
    plain: '等待的客户都已有人接待',
  },
  'waiting renewed': {
    template: 'waiting',
    locale,
    data: { ...waiting, state: 'renewed', status: '已有新的提醒，请在新卡片上认领。' },
    plain: '已有新的提醒，请在新卡片上认领。',
  },
};
