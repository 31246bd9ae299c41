import { objectOf, textOf } from '../control/json.js';
import { h } from '../dom/element.js';
import type { PlatformDrawing } from '../platform.js';
import theme from './theme.css';

/** WeCom's client. */
export const wecom: PlatformDrawing = {
  id: 'wecom',
  name: '企业微信',
  theme: 'wecom',
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
  menu: 'foot',
  botWord: () => '应用',
  drawContent(message) {
    const text = textOf(objectOf(message.content).text);
    return text === '' ? undefined : h('div', { class: 'bubble' }, text);
  },
  clickWords: (code) => `操作失败，请稍后再试 (${code})`,
};
