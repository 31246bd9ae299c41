import type { Translation } from '../translation.js';
import type { error as zhCN } from '../zh-CN/error.js';

export const error = {
  claimedBy: 'This conversation has been claimed by {name}.',
  alreadyYours: 'You are already handling this conversation.',
  conversationClosed: 'The conversation is closed. It starts anew when the customer writes again.',
  conversationNotFound: 'This conversation was not found. It may have been merged or deleted.',
  notOwner:
    '{name} is handling this conversation. Your text was kept as a note and not sent to the customer.',
  notWaiting: 'This conversation is no longer waiting. The card has been updated.',
  notAllowed: 'You may not do this. Please ask an administrator if you need to.',
  notMember: 'Your account has not been set up yet. Please ask an administrator.',
  busy: 'Working on it, one moment…',
  full: 'You are handling as many conversations as you may ({limit}). Please close one first.',
  stale: 'Something has changed. The card has been updated; please look again.',
  expired: 'This card has expired. Send /mine to see how things stand.',
  alreadyDone: 'This has already been done.',
  emptyText: 'The text was empty and has not been sent.',
  tooLong: 'The text was too long (at most {max} characters) and has not been sent. Please send it in parts.',
  unsupported: "The customer's channel does not support this kind of message. It has not been sent.",
  sendRefused: 'This was not sent, and the customer has not seen it. The other side says: {reason}',
  robotStoodBack: 'The robot was about to say this when you took over. The customer has not seen it.',
  sendUnknown: 'It is not certain that the customer got this. Please check before sending it again.',
  notShown: 'One message in the conversation with {customer} ({code}) could not be shown properly. It says:',
  windowClosed:
    'The customer has not written for too long for the channel to let us send. You can reply once they write again.',
  limitReached: "The channel's sending limit is reached. The message is waiting and will be sent by itself.",
  invalidValue: '“{field}” is not right. Please check it and try again.',
  notChosen: 'Please choose {field} first.',
  'field.conversation': 'a customer',
  'field.reason': 'a reason',
  'field.to': 'a colleague',
  internal: 'Something went wrong. Please try again later; if you report it, give the reference {reference}.',
  colleagueGone: '{name} cannot take this conversation now.',
  colleagueFull:
    '{name} is handling as many conversations as allowed ({limit}). Please choose somebody else.',
  transferToSelf: 'This conversation is yours already.',
  nobodyWaits: 'Nobody is waiting.',
  ownedBy: 'This conversation is with {name}; please ask them or a supervisor.',
  notYours: 'This conversation is not yours; claim it first.',
  notYourConversation: 'You are not handling this conversation now.',
} satisfies Translation<typeof zhCN>;
