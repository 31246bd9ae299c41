import type { App } from '../control/shapes.js';
import type { PlatformDrawing } from '../platform.js';
import type { Entry } from '../state/client.js';
import cardStyles from './card/card.css';
import { drawCard } from './card/card.js';
import choiceStyles from './card/choices.css';
import contentStyles from './content.css';
import { drawContent } from './content.js';
import theme from './theme.css';

/** One to one with an app: its id is an agentid, a number. What is said there the app hears, but for files. */
const isWithApp = ({ kind, key }: Entry): boolean => kind === 'bot' && /^\d+$/.test(key);

const botWords = { app: '应用', bot: '智能机器人', webhook: '消息推送' } as const;

/** WeCom's client. */
export const wecom: PlatformDrawing = {
  id: 'wecom',
  name: '企业微信',
  theme: 'wecom',
  styles: [theme, contentStyles, cardStyles, choiceStyles],
  abilities: (entry) => ({
    quote: true,
    mention: entry.kind === 'group',
    images: true,
    files: !isWithApp(entry),
    together: !isWithApp(entry),
    location: isWithApp(entry),
    edit: false,
    recall: true,
    react: false,
  }),
  menu: 'foot',
  botWord: (app: App | null) => botWords[app?.kind ?? 'app'],
  drawContent: (message, context) =>
    message.type === 'template_card' ? drawCard(message, context) : drawContent(message, context),
  clickWords: () => '操作没有送达，请稍后再试',
};
