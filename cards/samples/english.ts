import type { CardData, CardView } from '../../core/cards/card.js';
import { text } from '../../core/i18n/texts.js';
import { actionsIn, conversation } from './shop.js';

const locale = 'en' as const;

const reasons = (['solved', 'unsolved', 'noReply', 'duplicate', 'spam'] as const).map((value) => ({
  value,
  label: text(locale, `conversation.close.${value}`),
}));
const said: CardData<'brief'>['history'] = [
  { who: 'Priya Nair', at: '14:01', text: 'Hi! The lid of my teapot arrived cracked.', side: 'customer' },
  { who: 'Robot', at: '14:01', text: 'Sorry to hear that. May we see a photo of the crack?', side: 'robot' },
  { who: 'Priya Nair', at: '14:03', text: 'Sent it by e-mail. Could I talk to someone?', side: 'customer' },
];
const tried = [text(locale, 'card.triedAnswered', { question: 'What if something arrives broken?' })];
const reason = text(locale, 'conversation.handOver.asked');
const desk: CardData<'desk'> = {
  ...{ conversation, version: 3, code: 'A12', customer: 'Priya Nair' },
  ...{ state: 'waiting', urgency: 'soon', status: text(locale, 'card.status.waiting', { waited: '3 min' }) },
  facts: [
    { label: text(locale, 'card.label.channel'), value: 'WhatsApp' },
    { label: text(locale, 'card.label.waiting'), value: 'today 14:03' },
  ],
  ...{ reason, recent: said, tried, reasons },
};
const brief: CardData<'brief'> = {
  ...{ conversation, version: 4, code: 'A12', customer: 'Priya Nair', state: 'active' },
  status: text(locale, 'card.status.active', { agent: 'Ethan Chen' }),
  profile: [
    { label: text(locale, 'card.label.channel'), value: 'WhatsApp' },
    { label: text(locale, 'card.label.page'), value: 'Order T20261108-3391' },
    {
      label: text(locale, 'card.label.earlier'),
      value: text(locale, 'card.earlierVisits', { count: 2 }),
    },
  ],
  brief: text(locale, 'card.briefTried', { reason, count: 1 }),
  ...{
    tried,
    history: said,
    omitted: 0,
    hint: text(locale, 'card.howToReply'),
    reasons,
    actions: actionsIn(locale),
  },
};
const waits = (waited: string) => text(locale, 'card.waitedFor', { waited });
const rows: CardData<'waiting'>['rows'] = [
  {
    ...{ conversation: `${conversation}1`, code: 'A9', customer: 'Li Lei', detail: waits('12 min') },
    ...{ preview: 'It has been three days. Where is my refund?', urgency: 'late' },
  },
  {
    ...{ conversation: `${conversation}2`, code: 'A11', customer: 'Emily Carter', detail: waits('4 min') },
    ...{ preview: 'Could you reissue my invoice?', urgency: 'soon' },
  },
  {
    ...{ conversation, code: 'A12', customer: 'Priya Nair', detail: text(locale, 'card.waitedNow') },
    ...{ preview: 'Sent it by e-mail. Could I talk to someone?', urgency: 'calm' },
  },
];
const titled = (title: string) => ({ title, omitted: 0, rows });
const awaiting = ['12 min', '4 min', '1 min'].map((waited) => text(locale, 'card.awaiting', { waited }));

/** Every card once more for those who read English. */
export const englishSamples: Record<string, CardView> = {
  'desk in English': { template: 'desk', locale, plain: 'A12 Priya Nair · Waiting · 3 min', data: desk },
  'brief in English': { template: 'brief', locale, plain: 'A12 Priya Nair · With Ethan Chen', data: brief },
  'queue in English': {
    ...{ template: 'queue', locale, plain: 'Waiting (3)' },
    data: { ...titled(text(locale, 'card.queueTitle', { total: 3 })), total: 3, empty: '' },
  },
  'mine in English': {
    ...{ template: 'mine', locale, plain: 'My conversations (3)' },
    data: {
      ...titled(text(locale, 'card.mineTitle', { total: 3 })),
      rows: rows.map((row, at) => ({ ...row, detail: awaiting[at] ?? '', focused: at === 0 })),
      empty: '',
    },
  },
  'choose in English': {
    ...{ template: 'choose', locale, plain: text(locale, 'card.chooseTitle') },
    data: {
      ...{ draft: '0199a1b2-0000-7000-8000-0000000000d1', state: 'open', status: '' },
      why: text(locale, 'card.chooseWhyNewer'),
      preview: 'A new lid leaves tomorrow morning; no need to send the old one back.',
      choices: rows,
    },
  },
  'waiting in English': {
    ...{ template: 'waiting', locale, plain: text(locale, 'card.waitingTitle', { total: 3 }) },
    data: {
      ...titled(text(locale, 'card.waitingTitle', { total: 3 })),
      ...{ queue: 'After-sales', state: 'open', total: 3, urgency: 'late' },
      status: '',
    },
  },
  'transfer in English': {
    ...{ template: 'transfer', locale, plain: `${text(locale, 'card.transferTitle')} A12 Priya Nair` },
    data: {
      ...{ conversation, code: 'A12', customer: 'Priya Nair', state: 'open', status: '' },
      colleagues: [
        {
          label: text(locale, 'card.colleagueLoad', { name: 'Lynn Lin', count: 3, capacity: 20 }),
          value: '0199a1b2-0000-7000-8000-0000000000a1',
        },
      ],
    },
  },
  'answer in English': {
    ...{ template: 'answer', locale, plain: 'We pay the shipping both ways.' },
    data: {
      ...{ question: 'Who pays for shipping when something is exchanged?', found: true },
      answer: 'For defects we pay the shipping both ways.\nOtherwise the customer does.',
      source: 'After-sales policy',
      related: [{ question: 'How long does an exchange take?' }, { question: 'Exchange after 7 days?' }],
    },
  },
  'help in English': {
    ...{ template: 'help', locale, plain: text(locale, 'command.helpTitle') },
    data: {
      title: text(locale, 'command.helpTitle'),
      intro: text(locale, 'command.helpWhileServing'),
      commands: (['claim', 'close', 'ask'] as const).map((name) => ({
        usage: text(locale, `command.${name}.usage`),
        meaning: text(locale, `command.${name}.meaning`),
      })),
      buttons: [
        { label: text(locale, 'card.button.queue'), operation: 'queue.list' },
        { label: text(locale, 'card.button.mine'), operation: 'member.mine' },
      ],
    },
  },
  'alert in English': {
    ...{ template: 'alert', locale, plain: text(locale, 'alert.taken') },
    data: {
      ...{ title: text(locale, 'alert.taken'), tone: 'attention', told: text(locale, 'alert.takenTold') },
      facts: [{ label: text(locale, 'alert.workspace'), value: 'WeCom AI bot' }],
      buttons: [
        {
          ...{ label: text(locale, 'alert.reconnect'), operation: 'workspace.reconnect' },
          subject: '0199a1b2-0000-7000-8000-0000000000b1',
        },
      ],
    },
  },
  'quota in English': {
    ...{ template: 'quota', locale, plain: text(locale, 'card.quotaTitle') },
    data: {
      title: text(locale, 'card.quotaTitle'),
      rows: [
        {
          workspace: 'DingTalk',
          used: text(locale, 'card.quotaUsed', { calls: '4,210 / 5,000', pushes: '1,920 / 3,000' }),
          left: text(locale, 'card.quotaLeft', { count: 87 }),
          tone: 'warning',
        },
      ],
      hint: text(locale, 'card.quotaHint'),
    },
  },
  'rating in English': {
    ...{ template: 'rating', locale, plain: text(locale, 'rating.prompt') },
    data: {
      ...{ conversation, state: 'open', prompt: text(locale, 'rating.prompt') },
      scores: ([5, 4, 3, 2, 1] as const).map((score) => ({
        score,
        label: text(locale, `rating.score.${score}`),
      })),
    },
  },
};
