import type { Translation } from '../translation.js';
import type { conversation as zhCN } from '../zh-CN/conversation.js';

export const conversation = {
  agentJoined: '{agent} has joined to help you.',
  agentChanged: '{agent} is taking over and will continue to help you.',
  waitingAgain: '{agent} cannot continue right now. You are back in line, at number {place}.',
  placeMoved: 'You are now number {place} in line; thank you for waiting.',
  held: 'We are looking into your question and will tell you as soon as we know.',
  idle: 'Are you still there? Without a reply within {minutes} minutes, this conversation will close.',
  closed: 'This conversation is closed. Thank you for contacting us; write again whenever you need us.',
  closedIdle: 'This conversation was closed as we have not heard from you. Write again whenever you need us.',
  recalled: '{name} recalled a message',
  edited: '(edited)',

  'content.image': '[image]',
  'content.file': '[file] {name}',
  'content.voice': '[voice message]',
  'content.video': '[video]',
  'content.location': '[location] {name}',
  'content.rating': '[rating]',
  'content.other': '[unsupported message]',

  'author.customer': 'Customer',
  'author.robot': 'Robot',
  'author.agent': 'Agent',
  'author.note': 'Note',
  'author.system': 'System',

  'handOver.asked': 'The customer asked for a person',
  'handOver.unknown': 'The robot had no answer {count} times in a row',
  'handOver.unhelpful': "The customer found the robot's answer unhelpful",
  'handOver.upset': 'The customer is upset',
  'handOver.member': 'Handed over by {name}',
  'handOver.machine': 'Too many messages in a short time, perhaps automatic replies: please take a look',
  'handOver.rule': 'Handed over by rule',

  'close.solved': 'Solved',
  'close.unsolved': 'Not solved',
  'close.noReply': 'No reply from the customer',
  'close.duplicate': 'Duplicate',
  'close.spam': 'Spam',
  visitor: 'Visitor {tail}',
  relay: '{code}{note}{who}: {words}',
  noteMark: '[note]',
} satisfies Translation<typeof zhCN>;
