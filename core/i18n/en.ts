import { alert } from './en/alert.js';
import { bot } from './en/bot.js';
import { canned } from './en/canned.js';
import { card } from './en/card.js';
import { command } from './en/command.js';
import { conversation } from './en/conversation.js';
import { customer } from './en/customer.js';
import { delivery } from './en/delivery.js';
import { elsewhere } from './en/elsewhere.js';
import { error } from './en/error.js';
import { overview } from './en/overview.js';
import { page } from './en/page.js';
import { rating } from './en/rating.js';
import { robot } from './en/robot.js';
import { search } from './en/search.js';
import { shift } from './en/shift.js';
import { time } from './en/time.js';
import type { Translation } from './translation.js';
import type { zhCN } from './zh-CN.js';

export const en = {
  alert,
  bot,
  canned,
  card,
  command,
  conversation,
  customer,
  delivery,
  elsewhere,
  error,
  overview,
  page,
  rating,
  robot,
  search,
  shift,
  time,
} satisfies {
  [Area in keyof typeof zhCN]: Translation<(typeof zhCN)[Area]>;
};
