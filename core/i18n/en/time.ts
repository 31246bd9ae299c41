import type { Translation } from '../translation.js';
import type { time as zhCN } from '../zh-CN/time.js';

export const time = {
  today: 'today',
  yesterday: 'yesterday',
  tomorrow: 'tomorrow',
  justNow: 'just now',
  ago: '{waited} ago',
  minutes: '{minutes} min',
  hours: '{hours} h',
  hoursMinutes: '{hours} h {minutes} min',
  days: '{days} d',
  daysHours: '{days} d {hours} h',
} satisfies Translation<typeof zhCN>;
