export const time = {
  today: '今天',
  yesterday: '昨天',
  tomorrow: '明天',
  justNow: '刚刚',
  ago: '{waited}前',
  minutes: '{minutes} 分钟',
  hours: '{hours} 小时',
  hoursMinutes: '{hours} 小时 {minutes} 分',
  days: '{days} 天',
  daysHours: '{days} 天 {hours} 小时',
} as const;
