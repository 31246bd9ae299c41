import type { CardView } from '../../core/cards/card.js';
import { conversation, locale } from './shop.js';

/** What is about no conversation. */
export const otherSamples: Record<string, CardView> = {
  answer: {
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
  },
  'answer not found': {
    template: 'answer',
    locale,
    data: {
      question: '海外仓能换货吗',
      found: false,
      answer: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
      related: [],
    },
    plain: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
  },
  'answer unsure': {
    template: 'answer',
    locale,
    data: {
      question: '换货',
      found: false,
      answer: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
      related: [
        { question: '换货需要客户承担运费吗' },
        { question: '换货多久能收到新机' },
        { question: '超过 7 天还能换货吗' },
      ],
    },
    plain: '知识库里还没有这个问题的答案，可以换个说法再问一次。',
  },
  help: {
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
        { label: '我的会话', operation: 'member.mine' },
      ],
    },
    plain: '可以这样用',
  },
  alert: {
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
  },
  'alert with a button': {
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
  },
  quota: {
    template: 'quota',
    locale,
    data: {
      title: '本月用量',
      rows: [
        {
          workspace: '钉钉 · 标准版',
          used: '接口调用 4,210 / 5,000 · 消息推送 1,920 / 3,000',
          left: '按通常的用法，还够约 87 个会话',
          tone: 'warning',
        },
        { workspace: '飞书', used: '接口调用 12,480 / 1,000,000', left: '余量充足', tone: 'good' },
      ],
      hint: '用量由本系统统计；同一企业的其他应用也会占用平台的额度。',
    },
    plain: '本月用量',
  },
  'quota nearly used': {
    template: 'quota',
    locale,
    data: {
      title: '本月用量',
      rows: [
        {
          workspace: '钉钉 · 标准版',
          used: '接口调用 4,876 / 5,000 · 消息推送 2,412 / 3,000',
          left: '按通常的用法，还够约 9 个会话',
          tone: 'attention',
        },
        {
          workspace: '飞书',
          used: '接口调用 12,480 · 消息推送 3,020',
          left: '不按月计量',
          tone: 'good',
        },
        {
          workspace: '企业微信',
          used: '接口调用 8,031 · 消息推送 2,207',
          left: '不按月计量',
          tone: 'good',
        },
      ],
      hint: '用量由本系统统计；同一企业的其他应用也会占用平台的额度。',
    },
    plain: '本月用量',
  },
  panel: {
    template: 'panel',
    locale,
    data: {
      title: '会话查找',
      tag: '2',
      tone: 'accent',
      status: '“退款” · 最近 30 天',
      told: '只列出您有权查看的会话。',
      facts: [{ label: '队列', value: '全部' }],
      rows: [
        {
          title: 'A12 王女士',
          detail: '网页 · 今天 14:08 · 陈一 处理中',
          text: '退款三天了还没到账，你们到底管不管？',
          tone: 'warning',
          buttons: [
            {
              ...{ label: '查看记录', style: 'default', operation: 'conversation.log' },
              arguments: { conversation, page: 1 },
            },
          ],
        },
        {
          title: '李雷',
          detail: '微信公众号 · 昨天 · 已结束',
          text: '退款到账了，谢谢',
          tone: 'default',
          buttons: [
            {
              ...{ label: '查看记录', style: 'default', operation: 'conversation.log' },
              arguments: { conversation: `${conversation}1`, page: 1 },
            },
          ],
        },
      ],
      omitted: 0,
      empty: '没有找到。',
      inputs: [
        {
          ...{ id: 'words', kind: 'line', label: '查找', placeholder: '客户说过的话', required: true },
          ...{ maxLength: 100, value: '退款', options: [] },
        },
        {
          ...{ id: 'queue', kind: 'choice', label: '队列', placeholder: '全部队列', required: false },
          ...{ maxLength: 0, value: 'all', options: [{ label: '全部', value: 'all' }] },
        },
      ],
      submit: [{ label: '查找', style: 'positive', operation: 'conversation.find', arguments: {} }],
      buttons: [
        { label: '下一页', style: 'default', operation: 'conversation.find', arguments: { page: 2 } },
        {
          ...{ label: '清空', style: 'destructive', operation: 'conversation.find', arguments: { page: 1 } },
          confirm: { title: '清空查找', text: '确定要清空吗？' },
        },
      ],
    },
    plain: '会话查找 2',
  },
  'panel empty': {
    template: 'panel',
    locale,
    data: {
      ...{
        title: '常用语',
        tag: '',
        tone: 'emphasis',
        status: '',
        told: '',
        facts: [],
        rows: [],
        omitted: 0,
      },
      ...{ empty: '还没有常用语。', inputs: [], submit: [], buttons: [] },
    },
    plain: '常用语\n还没有常用语。',
  },
};
