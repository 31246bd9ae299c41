/**
 * All texts in Chinese, the language they are written in first. To add a text, write it in its area's file here and in
 * the English file of the same name; the compiler and `texts.test.ts` name whatever is missing. A new area is one file
 * in each of the two folders and one line in each of the two lists.
 *
 * Customers are addressed as 您, members as 你; a number, a code or a person's name is set off by spaces.
 */
import { alert } from './zh-CN/alert.js';
import { bot } from './zh-CN/bot.js';
import { canned } from './zh-CN/canned.js';
import { card } from './zh-CN/card.js';
import { command } from './zh-CN/command.js';
import { conversation } from './zh-CN/conversation.js';
import { customer } from './zh-CN/customer.js';
import { delivery } from './zh-CN/delivery.js';
import { elsewhere } from './zh-CN/elsewhere.js';
import { error } from './zh-CN/error.js';
import { overview } from './zh-CN/overview.js';
import { page } from './zh-CN/page.js';
import { rating } from './zh-CN/rating.js';
import { robot } from './zh-CN/robot.js';
import { search } from './zh-CN/search.js';
import { shift } from './zh-CN/shift.js';
import { time } from './zh-CN/time.js';

export const zhCN = {
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
};
