import type { Translation } from '../translation.js';
import type { rating as zhCN } from '../zh-CN/rating.js';

export const rating = {
  prompt: 'How satisfied are you with our service?',
  promptInWords:
    'How satisfied are you with our service? Please reply with a number, from 5 (very satisfied) to 1 (very dissatisfied).',
  'score.5': 'Very satisfied',
  'score.4': 'Satisfied',
  'score.3': 'Neutral',
  'score.2': 'Dissatisfied',
  'score.1': 'Very dissatisfied',
  given: 'Your rating: {score}',
  thanks: 'Thank you for your rating. Have a nice day.',
  thanksLow: 'We are sorry we let you down, and will work on it.',
  askRemark: 'If you like, tell us what we could do better.',
  thanksRemark: 'Thank you, we have received your remark.',
  alreadyGiven: 'You have already rated this conversation. Thank you.',
  expired: 'This rating has closed. Thank you for your interest.',
} satisfies Translation<typeof zhCN>;
