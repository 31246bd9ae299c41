import type { Translation } from '../translation.js';
import type { robot as zhCN } from '../zh-CN/robot.js';

export const robot = {
  welcome: "Hello, I'm {robot} from {tenant}. How can I help? To reach a person, just send “agent”.",
  suggestions: 'You may want to ask:',
  didYouMean: 'Did you mean:',
  thinking: 'Looking that up for you…',
  unknown:
    "Sorry, I don't have an answer to that yet. Please try other words, or send “agent” to reach a person.",
  unknownAgain: "I'm sorry I still couldn't help. Shall I hand you over to a person?",
  unreadable: "Sorry, I can't read this kind of message yet. Please describe it in words, or send “agent”.",
  related: 'Related questions:',
  wasHelpful: 'Was this answer helpful?',
  helpful: 'Helpful',
  notHelpful: 'Not helpful',
  thanks: 'Thank you for your feedback.',
  handOver: 'Talk to a person',
  handOverStarted: 'Handing you over to an agent. You are number {place} in line; thank you for waiting.',
  handOverNext: 'Handing you over to an agent. You are next in line; thank you for waiting.',
  handOverAlready:
    'You are already in line, at number {place}. Feel free to describe your question; the agent will see it.',
  handOverAnswered: '{agent} is helping you. Just write your message.',
  handOverCancelled: 'You have left the line. You can go on asking me.',
  handOverConfidential: 'Handed over to {queue}. Only the colleagues in charge can read it.',
  offHours: 'Our agents are here {hours}. Please leave a message, and we will reply as soon as we are back.',
  off: 'Hello, we have received your message and will reply as soon as we can.',
  unsure:
    'I am not quite sure. Did you mean one of these? You can also put it another way, or talk to a person.',
  'talk.greeting': 'Hello, this is {robot} of {tenant}. How can I help?',
  'talk.thanks': 'You are welcome. {robot} of {tenant} is here whenever you need.',
  'talk.bye': 'Goodbye, and have a nice day. {robot} of {tenant} is always here.',
  backAt: 'People are back {at}.',
} satisfies Translation<typeof zhCN>;
