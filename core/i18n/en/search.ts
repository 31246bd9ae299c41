import type { Translation } from '../translation.js';
import type { search as zhCN } from '../zh-CN/search.js';

export const search = {
  title: 'Find conversations',
  hint: 'Type what was said, a customer’s name, a code, a phone number or an e-mail address. Phone numbers and addresses have to be complete.',
  words: 'What to find',
  wordsLike: 'For example: return postage',
  when: 'Time',
  all: 'All',
  'days.7': 'Last 7 days',
  'days.30': 'Last 30 days',
  'days.90': 'Last 90 days',
  'days.all': 'Any time',
  'state.open': 'Open',
  'state.closed': 'Closed',
  nothing: 'Nothing was found. Try other words, or a wider time and range.',
  noMore: 'There is nothing older.',
  cut: 'There is too much to look through; what is older was left out. Choose a queue, a person or a time to be more exact.',
  person: 'Customer',
  'button.find': 'Find',
  'button.older': 'Older',
  'button.newer': 'Newer',
  'button.newest': 'Back to the newest',
  'button.log': 'Log',
  'mark.recalled': 'recalled',
} as const satisfies Translation<typeof zhCN>;
