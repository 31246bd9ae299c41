import type { Translation } from '../translation.js';
import type { command as zhCN } from '../zh-CN/command.js';

export const command = {
  'claim.name': 'claim',
  'claim.usage': '/claim [code]',
  'claim.meaning': 'Claim whoever has waited longest, or the conversation named',
  'to.name': 'to',
  'to.usage': '/to code text',
  'to.meaning':
    'Send the text to this conversation only, for example: /to A3 Hello; without a text, turn to it',
  'note.name': 'note',
  'note.usage': '/note [code] text',
  'note.meaning': 'Write a note that only colleagues see; beginning a message with // does the same',
  'close.name': 'close',
  'close.usage': '/close [code] [reason] [summary]',
  'close.meaning':
    'Close the current conversation or the one named, for example: /close A3 Solved New lid sent; the customer never sees the summary',
  'queue.name': 'queue',
  'queue.usage': '/queue',
  'queue.meaning': 'See who is waiting',
  'mine.name': 'mine',
  'mine.usage': '/mine',
  'mine.meaning': 'See the conversations you are handling',
  'ask.name': 'ask',
  'ask.usage': '/ask question',
  'ask.meaning': 'Find an answer in the knowledge base; nothing is sent to the customer',
  'help.name': 'help',
  'help.usage': '/help',
  'help.meaning': 'See the commands you can use',

  helpTitle: 'What you can do',
  helpIntro:
    'Commands work in English and Chinese: /help is /帮助. What stands in square brackets can be left out.',
  helpWhileServing:
    'Once you have claimed a conversation, what you write goes to the customer; what begins with // is a note they never see.',
  helpNoQuotes:
    'It cannot be seen here which message you quote. With several customers, put the code in front: A3 Hello.',
  helpNoInputs:
    'Cards cannot be filled in here. Where something is to be filled in, open the page by the card’s link.',
  helpNoRecall: 'When you recall a message here, the robot does not hear of it.',
  helpNoFiles: 'Files cannot be sent to the robot here. Please use another platform for files.',
  usageIs: 'Usage: {usage}',
  unknown: 'There is no command /{command}. Send /help to see what there is.',
  didYouMean: 'There is no command /{command}. Did you mean /{suggestion}?',
  notAllowed: 'You may not use /{command}. Please ask an administrator if you need it.',
  unknownConversation: 'There is no conversation {code}. Send /mine to see those you are handling.',
  unknownQueue: 'There is no queue named “{queue}”. Send /queue to see them all.',
  noConversation: 'You are not handling a conversation now. Send /claim to take the next customer.',
  nobodyWaiting: 'Nobody is waiting. Well done.',
  textMissing: 'There is nothing to send. Usage: {usage}',

  howToClaim: 'Send /claim to the desk’s bot, one to one, to take the next.',
  'transfer.name': 'transfer',
  'transfer.usage': '/transfer [code] [colleague] [words]',
  'transfer.meaning':
    'Hands a conversation to a colleague, for example /transfer A3 Chen needs an invoice; without a name you choose from a list',
  'undo.name': 'undo',
  'undo.usage': '/undo [code]',
  'undo.meaning':
    'take back what you sent last; quote a message of yours and send /undo to take back that one',
  'quota.name': 'quota',
  'quota.usage': '/quota',
  'quota.meaning': 'What is used and left of each platform this month',
  unknownColleague: 'No colleague “{name}” can take it. Send /transfer to choose from a list.',
  severalColleagues: 'Several colleagues are called “{name}”. Send /transfer to choose from a list.',
  takenOver: '{from} transferred {code} ({customer}) to you. Just write to reply.',
  takenOverWords: 'They say: {words}',
  claimed: 'You claimed {code} ({customer}). Just write to reply.',
  sent: 'Sent to {customer} ({code})',
  noted: 'Noted in {code}; the customer cannot see it.',
  closed: '{code} ({customer}) is closed: {reason}.',
  transferred: '{code} ({customer}) was transferred to {to}.',
  focused: 'What you type next goes to {customer} ({code}).',
  noMenu: 'Send /help to see what you can do.',
  whichConversation: 'It is not certain which conversation you mean; please add the code, such as /close A3.',
  newcomer: 'Colleague {tail}',
  notedUnclaimed:
    'Nobody has claimed this conversation, so this was kept as a note and not sent. Claim it first, then just reply.',
  claimedInTopic:
    '{code} ({customer}) is yours. What the customer writes appears in its topic; you can reply there or here.',
  noPerson:
    'Only the knowledge base answers here for now. Please contact the department directly, or put your question another way.',
} satisfies Translation<typeof zhCN>;
