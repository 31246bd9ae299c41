import { alert } from './en/alert.js';
import { bot } from './en/bot.js';
import { card } from './en/card.js';
import { command } from './en/command.js';
import { conversation } from './en/conversation.js';
import { delivery } from './en/delivery.js';
import { elsewhere } from './en/elsewhere.js';
import { error } from './en/error.js';
import { page } from './en/page.js';
import { rating } from './en/rating.js';
import { robot } from './en/robot.js';
import { time } from './en/time.js';
import type { Translation } from './translation.js';
import type { zhCN } from './zh-CN.js';

export const en = {
  alert,
  bot,
  card,
  command,
  conversation,
  delivery,
  elsewhere,
  error,
  page,
  rating,
  robot,
  time,
} satisfies {
  [Area in keyof typeof zhCN]: Translation<(typeof zhCN)[Area]>;
};
