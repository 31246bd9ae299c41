export const delivery = {
  sent: 'Sent',
  parts: 'it was long and went in {count} messages',
  left: '{left}/{sends} messages left, within {time}',
  leftOne: 'only 1 message left (of {sends}, within {time}): put everything into it',
  leftNone: 'all {sends} messages are used; you can go on when the customer writes again',
  leftTime: 'you can go on replying within {time}',
  closed: 'not possible now',
  closesSoon:
    'In {time} the channel of {customer} ({code}) will no longer let us write first. Reply soon, or agree on another way to be in touch.',

  cannotTime:
    'Not sent: the customer has not written for too long, and the channel lets nobody write first. You can reply when they write again.',
  cannotUsed:
    'Not sent: the messages that the channel allows are used up. You can go on when the customer writes again.',
  postponeHint: 'It can be sent by itself when the customer writes again: see the card you were just sent.',
  postponedTitle: 'A message that could not be sent',
  postponeButton: 'Send when they write',
  dropButton: 'Do not send',
  dropWaitingButton: 'Cancel sending',
  waitingStatus: 'It will be sent when the customer writes again',
  sentStatus: 'The customer wrote, and it was sent',
  droppedStatus: 'Cancelled, not sent',
  postponed: 'It will be sent when the customer writes again.',
  postponeDropped: 'It will not be sent.',
  postponedSent: '{customer} ({code}) wrote, and this was sent: “{words}”',
  postponedLost: '{customer} wrote, but the conversation is no longer yours, so this was not sent: “{words}”',

  takenBackInTime: 'Taken back before the customer saw it: “{words}”',
  takenBack: 'Taken back: “{words}”. The customer no longer sees it.',
  alreadyTakenBack:
    'Your last message was taken back already. To take back an earlier one, quote it and send /undo.',
  nothingToTakeBack: 'There is no message of yours in this conversation to take back.',
  cannotTakeBack:
    'It has reached the customer, and this channel takes nothing back. Send a correction if needed.',
  tooLateToTakeBack:
    'The time in which the channel takes messages back is over; the customer still sees it. Send a correction if needed.',
  goneTogether:
    'It went as one message together with others, and can not be taken back or changed by itself.',
  neverArrived: 'It never reached the customer, so there is nothing to take back.',
  onlyYourOwn: 'You can take back or change only what you sent to the customer yourself.',
  recallRefused:
    'It could not be taken back; the customer still sees it. The other system says: {reason}\n“{words}”',
  editRefused:
    'It could not be changed; the customer still sees the old words. The other system says: {reason}\n“{words}”',
  reworded: 'Changed. The customer now sees: “{words}”',
  cannotReword:
    'This channel can not change what was sent; the customer still sees the old words. Send a correction if needed.',
  notReworded:
    'Not changed: commands and notes do not go to the customer. To take the words back, recall the message.',
  colleagueTookBack: '{name} took back a message to the customer: “{words}”',

  customerTookBack: '{code}{customer} took back a message.',
  customerTookBackWords: '{code}{customer} took back a message: “{words}”',
  customerReworded: '{code}{customer} changed a message: “{words}” (before: “{before}”)',
  withdrawn: '[taken back]',
  edited: '{words} (edited)',
  readByCustomer: '{words} (read)',
  'label.window': 'You may reply',
  'label.read': 'Read',
  readYes: 'The customer has seen your last reply',
} as const;
