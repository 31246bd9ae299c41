import type { Translation } from '../translation.js';
import type { page as zhCN } from '../zh-CN/page.js';

export const page = {
  title: 'Conversation',
  readingAs: '{tenant} · You are {name}',
  noScript: 'This page needs JavaScript to be enabled.',

  sending: 'Sending…',
  working: 'Sent, working on it…',
  stillWorking:
    'This is taking longer than usual. The card in your chat will show what it came to; you may look again later.',
  done: 'Done.',
  inChat: 'It was sent to your chat; please look there.',
  goBack: 'You may close this page and go on in your chat.',
  decided: 'You have done this already.',
  decidedAs: 'You have done this already: {outcome}',
  moved:
    'Something has changed since this card was sent, and nothing can be sent from here any more. This is how things stand now.',
  rowGone: 'This has just changed, and nothing was sent. This is how things stand now.',
  typed: 'What you had written (not sent)',
  fieldWrong: 'This can not be sent yet: {field}',
  unreachable:
    'There is no connection, and it is not certain that this was sent. Trying again will not send it twice, and what you wrote is still here.',
  failed: 'Something went wrong and nothing was sent. What you wrote is still here; please try again later.',
  retry: 'Try again',

  brokenTitle: 'This link is not whole',
  broken: 'Please go back to your chat and open it from the card again.',
  expiredTitle: 'This link has expired',
  expired: 'Please go back to your chat and open the newest card.',
  goneTitle: 'There is nothing here any more',
  gone: 'It may have been dealt with. Please look at the newest card in your chat.',
  notYoursTitle: 'This link is not for you',
  notYours: 'It was sent to a colleague. Please open the card in your own chat.',
  loginAgain: 'Log in again',
  hiddenTitle: 'You can not see this now',
  hidden: 'You may no longer see what is here. Please ask an administrator if you need to.',
  strangerTitle: 'Your account has not been set up yet',
  stranger: 'Please write to the bot in your chat first, or ask an administrator.',
  leftTitle: 'Your account is no longer active',
  left: 'Your account here has been deactivated. Please ask an administrator if that is wrong.',
  loginLostTitle: 'The login was not completed',
  loginLost: 'Please go back to your chat and open it from the card again.',
  loginRefusedTitle: 'We could not tell who you are',
  loginRefused: 'The login is no longer valid. Please go back to your chat and open it from the card again.',
  loginAwayTitle: 'Login is not possible right now',
  loginAway: 'The login service can not be reached. Please try again later.',
  noLoginTitle: 'Pages can not be opened here',
  noLogin: 'This app has no web login. Please go on in your chat.',
} satisfies Translation<typeof zhCN>;
