import type { PlatformDrawing } from '../platform.js';
import cardStyles from './card/card.css';
import { drawCard } from './card/card.js';
import controlStyles from './card/controls.css';
import { clickWords } from './click-words.js';
import { drawContent } from './content.js';

/** Feishu's client. */
export const feishu: PlatformDrawing = {
  id: 'feishu',
  name: '飞书',
  theme: 'feishu',
  styles: [cardStyles, controlStyles],
  abilities: ({ kind }) => ({
    quote: true,
    mention: kind === 'group' || kind === 'topic',
    images: true,
    files: true,
    edit: true,
    recall: true,
    react: true,
  }),
  menu: 'head',
  botWord: () => '机器人',
  drawContent: (message, context) =>
    message.type === 'interactive'
      ? drawCard(message.card, {
          ...context,
          messageId: message.id,
          act: (element, { place, value, form }) =>
            context.press(element, { button: { path: [...place.path] }, value, form }),
        })
      : drawContent(message, context.nameOf),
  clickWords,
};
