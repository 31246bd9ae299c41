import type { Expression, Variable } from './template-file.js';

/** The variables of our template. `render.ts` sets every public one, `bots/dingtalk/answer.ts` those of one reader. */
export const variables: readonly Variable[] = [
  { name: 'lastMessage', type: 'string', description: '会话列表里的摘要' },
  { name: 'title', type: 'string', description: '标题；为空则没有标题栏' },
  { name: 'subtitle', type: 'string', description: '副标题' },
  { name: 'tag', type: 'string', description: '标题右侧的标签' },
  { name: 'header_color', type: 'string', description: '标题栏底色' },
  { name: 'subtitle_color', type: 'string', description: '副标题颜色' },
  { name: 'tag_color', type: 'string', description: '标签颜色' },
  { name: 'markdown', type: 'markdown', description: '富文本；不用于人写的内容' },
  {
    name: 'blocks',
    type: 'loopArray',
    description: '正文，一块一块',
    fields: [
      ...['kind', 'text', 'color', 'label', 'label2', 'text2', 'title', 'detail', 'preview', 'mark'],
      ...['button', 'button_color', 'id', 'action'],
    ],
  },
  {
    name: 'buttons',
    type: 'loopArray',
    description: '正文下的按钮',
    fields: ['id', 'text', 'color', 'action', 'ask_title', 'ask'],
  },
  { name: 'cancel', type: 'string', description: '二次确认里的取消' },
  { name: 'form', type: 'form', description: '表单' },
  { name: 'form_title', type: 'string', description: '表单标题' },
  { name: 'form_button', type: 'string', description: '提交按钮；为空则没有表单' },
  { name: 'form_action', type: 'string', description: '提交时回传' },
  { name: 'everyone', type: 'boolean', description: '是否人人都看到按钮' },
  { name: 'owned_by', type: 'string', description: '当前负责人的标识' },
  { name: 'stamp', type: 'string', description: '卡片当前内容的标识' },
  { name: 'owned_at', type: 'string', private: true, description: '此人属于哪一组负责人' },
  { name: 'notice', type: 'string', private: true, description: '只给此人的提示' },
  { name: 'notice_at', type: 'string', private: true, description: '提示属于哪个标识' },
  { name: 'notice_tone', type: 'string', private: true, description: 'good 或 bad' },
  { name: 'notice_color', type: 'string', private: true, description: '提示的颜色' },
];

/** What one reader was given counts only while what it was given for still stands. */
export const expressions: readonly Expression[] = [
  {
    name: 'pressable',
    content: 'everyone ? "yes" : (owned_at == owned_by ? "yes" : "no")',
    description: '此人是否看到按钮',
  },
  {
    name: 'shown_notice',
    content: 'notice_at == stamp ? notice : ""',
    description: '卡片变化后，旧提示不再显示',
  },
];

/** What the editor's preview shows. */
export const mockData = {
  lastMessage: '3 位客户等待认领',
  title: '3 位客户等待认领',
  subtitle: '售后客服',
  tag: '',
  header_color: 'extended_yellow0_color',
  subtitle_color: 'common_orange1_color',
  tag_color: 'orange',
  blocks: [
    { kind: 'text', text: '等得最久的已等了 6 分钟', color: 'common_level1_base_color' },
    { kind: 'line' },
    {
      kind: 'row',
      title: '王女士 · A12',
      detail: '网页 · 已等待 6 分钟',
      color: 'common_orange1_color',
      preview: '都试过了，还是不行。能换一台吗？',
      button: '认领',
      button_color: 'gray',
      id: 'row1',
      action: '{}',
    },
  ],
  buttons: [{ id: 'button1', text: '认领下一位', color: 'blue', action: '{}', ask_title: '', ask: '' }],
  form: { fields: [] },
  everyone: true,
  owned_by: '',
  stamp: 'preview',
};
