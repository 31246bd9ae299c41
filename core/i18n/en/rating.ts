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
  thanksRemark: 'Thank you, we have received your remark.',
  alreadyGiven: 'You have already rated this conversation. Thank you.',
  expired: 'This rating has closed. Thank you for your interest.',
  askReason:
    'We are sorry that you are not content. Would you tell us why? {reasons}. Or simply write it down.',
  'reason.slow': 'too slow',
  'reason.unsolved': 'not solved',
  'reason.attitude': 'attitude',
  'reason.wrong': 'wrong answer',
  'reason.other': 'something else',
  lowTitle: 'A customer is not content',
  lowTold: '{customer} rated the service "{score}". Please have a look, and get back to them if need be.',
  readLog: 'Read it',
  followUp: 'Get back to them',
  followedUp: 'Hello, this is {agent}. I would like to know how it went, and take it from here.',
  'fact.agent': 'Agent',
  'fact.queue': 'Queue',
  'fact.reason': 'Reason',
  'fact.remark': 'Remark',
} satisfies Translation<typeof zhCN>;
