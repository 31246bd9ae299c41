import { objectOf, textOf } from '../control/json.js';
import { h } from '../dom/element.js';
import type { PlatformDrawing } from '../platform.js';
import theme from './theme.css';

/** DingTalk's client. */
export const dingtalk: PlatformDrawing = {
  id: 'dingtalk',
  name: '钉钉',
  theme: 'dingtalk',
  styles: [theme],
  abilities: () => ({
    quote: true,
    mention: true,
    images: true,
    files: true,
    edit: false,
    recall: true,
    react: false,
  }),
  menu: 'head',
  botWord: () => '机器人',
  drawContent(message) {
    const text = textOf(objectOf(message.content).text);
    return text === '' ? undefined : h('div', { class: 'bubble' }, text);
  },
  clickWords: (code) => `操作失败，请稍后再试 (${code})`,
};
