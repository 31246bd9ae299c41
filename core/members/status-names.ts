import { type Status, statuses } from './member.js';

/** How people call them, in either language. */
const names: Record<Status, readonly string[]> = {
  on: ['在线', '上班', '空闲', 'on', 'online', 'available'],
  busy: ['忙碌', '忙', 'busy', 'dnd'],
  break: ['小憩', '休息', '离开', 'break', 'rest', 'away'],
  off: ['下班', '离线', 'off', 'offline'],
};

export const statusNamed = (word: string): Status | undefined =>
  statuses.find((one) => names[one].includes(word.toLowerCase()));
