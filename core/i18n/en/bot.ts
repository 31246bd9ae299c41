import type { Translation } from '../translation.js';
import type { bot as zhCN } from '../zh-CN/bot.js';

export const bot = {
  searching: 'Looking it up…',
  received: 'Received. If there is an answer, it comes as a message of its own.',
  seeCard: 'Please see the card below.',
  welcome: 'Hello! Just write to ask a question; send /help to see what else there is.',
} satisfies Translation<typeof zhCN>;
