import type { CardData, CardView } from '../../core/cards/card.js';
import { brief, conversation, desk, locale, rating } from './shop.js';

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

const longName = '欧阳若兮👩‍👩‍👧‍👦 山屿茶器杭州西湖旗舰店企业采购部（每周二发货）';
const cheered = {
  ...{ at: '今天 14:08', side: 'customer' as const },
  text: '🎉🎉 礼盒收到啦，太好看了！！还想再订 200 份，可以开专票吗？🙏🏻',
};

/** One conversation and what is done with it. */
export const conversationSamples: Record<string, CardView> = {
  'desk waiting': { template: 'desk', locale, data: desk, plain: '新会话 A12 王女士等待认领' },
  'desk late': {
    template: 'desk',
    locale,
    data: { ...desk, urgency: 'late', status: '等待认领 · 12 分钟' },
    plain: '会话 A12 王女士已等待 12 分钟',
  },
  'desk claimed': {
    template: 'desk',
    locale,
    data: { ...desk, state: 'active', status: '陈一 处理中' },
    plain: '会话 A12 王女士由陈一处理',
  },
  'desk closed': {
    template: 'desk',
    locale,
    data: { ...desk, state: 'closed', status: '已结束 · 已解决', rating: '非常满意：换货很快，谢谢' },
    plain: '会话 A12 王女士已结束',
  },
  'desk soon': {
    template: 'desk',
    locale,
    data: { ...desk, urgency: 'soon', status: '等待认领 · 3 分钟' },
    plain: 'A12 王女士 · 等待认领 · 3 分钟',
  },
  'desk untried': {
    template: 'desk',
    locale,
    data: {
      ...desk,
      ...{ code: 'A13', customer: '访客 7F3K', status: '等待认领 · 刚刚', tried: [] },
      facts: [
        { label: '渠道', value: '微信公众号' },
        { label: '等待自', value: '今天 14:08' },
      ],
      reason: '客户要求转人工',
      recent: [{ who: '访客 7F3K', at: '今天 14:08', text: '转人工', side: 'customer' }],
    },
    plain: 'A13 访客 7F3K · 等待认领 · 刚刚',
  },
  'desk long name': {
    template: 'desk',
    locale,
    data: { ...desk, code: 'A128', customer: longName, recent: [{ ...cheered, who: longName }] },
    plain: `A128 ${longName} · 等待认领 · 1 分钟`,
  },
  brief: { template: 'brief', locale, data: brief, plain: '你已认领 A12 王女士' },
  'brief closed': {
    template: 'brief',
    locale,
    data: { ...brief, state: 'closed', status: '已结束 · 已解决', rating: '非常满意' },
    plain: 'A12 王女士已结束',
  },
  'brief moved': {
    template: 'brief',
    locale,
    data: { ...brief, state: 'moved', status: '林小满 处理中' },
    plain: 'A12 王女士 · 林小满 处理中',
  },
  'brief first visit': {
    template: 'brief',
    locale,
    data: {
      ...brief,
      ...{ code: 'A13', customer: '访客 7F3K', brief: '客户要求转人工', tried: [] },
      profile: [
        { label: '渠道', value: '微信公众号' },
        { label: '历史咨询', value: '首次咨询' },
      ],
      history: [{ who: '访客 7F3K', at: '今天 14:08', text: '转人工', side: 'customer' }],
    },
    plain: 'A13 访客 7F3K · 陈一 处理中',
  },
  transfer: { template: 'transfer', locale, data: transfer, plain: '转交会话 A12 王女士' },
  'transfer nobody': {
    template: 'transfer',
    locale,
    data: { ...transfer, state: 'gone', status: '现在没有可以接手的同事。', colleagues: [] },
    plain: '现在没有可以接手的同事。',
  },
  'transfer done': {
    template: 'transfer',
    locale,
    data: { ...transfer, state: 'done', status: '已转交给 林小满' },
    plain: '已转交给 林小满',
  },
  rating: { template: 'rating', locale, data: rating, plain: '您对本次服务满意吗？' },
  'rating given': {
    template: 'rating',
    locale,
    data: { ...rating, state: 'given', given: '您的评价：非常满意' },
    plain: '您的评价：非常满意',
  },
  'rating expired': {
    template: 'rating',
    locale,
    data: { ...rating, state: 'expired' },
    plain: '评价已截止',
  },
};
