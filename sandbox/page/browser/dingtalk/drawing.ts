import type { PlatformDrawing } from '../platform.js';
import cardStyles from './card/card.css';
import { drawCard } from './card/card.js';
import formStyles from './card/form.css';
import { drawContent } from './content.js';
import messageStyles from './messages.css';
import theme from './theme.css';

/** DingTalk's client. */
export const dingtalk: PlatformDrawing = {
  id: 'dingtalk',
  name: '钉钉',
  theme: 'dingtalk',
  styles: [theme, messageStyles, cardStyles, formStyles],
  abilities: ({ kind }) => ({
    ...{ quote: true, mention: kind === 'group', images: true, files: true, together: true },
    ...{ edit: false, recall: true, react: false },
  }),
  menu: 'head',
  botWord: () => '机器人',
  drawContent: (message, context) =>
    message.type === 'interactiveCard'
      ? drawCard(message.id, message.card, context)
      : drawContent(message, context),
  clickWords: (code) => `操作失败，请稍后再试 (${code})`,
};
