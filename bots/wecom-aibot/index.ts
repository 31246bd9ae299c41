import type { Bot } from '../../core/ports/bot.js';
import { answerClick, answerPoll } from './answer.js';
import { aibotCourier } from './courier.js';
import { type AibotCredentials, aibotCredentials } from './credentials.js';
import { read } from './read.js';
import { connect } from './socket.js';

const hour = 3_600_000;

/**
 * An AI bot (智能机器人) of WeCom, for groups and one to one: over a long connection, or by an address that WeCom calls. It
 * hears what mentions it, answers in a message that grows, and shows cards whose copy changes when somebody presses them.
 */
const aibot: Bot<AibotCredentials> = {
  platform: 'wecom-aibot',
  credentials: aibotCredentials,
  abilities: {
    realm: 'wecom',
    direct: true,
    work: false,
    groups: 'addressed',
    topics: false,
    hears: ['text', 'image', 'file', 'voice', 'video'],
    media: ['image', 'file', 'voice', 'video'],
    quotes: false,
    recall: false,
    cards: 'buttons',
    cardInputs: false,
    cardEdits: 'never',
    cardLifeMs: 24 * hour,
    toasts: false,
    clickDeadlineMs: 5_000,
    desk: 'queue',
    connections: 'one',
    streaming: true,
  },
  read,
  answerClick,
  answerPoll,
  courier: aibotCourier,
  /** An AI bot can look nobody up: whom an open_userid stands for, an app of the same enterprise can be asked. */
  directory: () => ({ person: async () => undefined }),
  connect,
  addresses: { http: 'https://qyapi.weixin.qq.com', socket: 'wss://openws.work.weixin.qq.com' },
};

export default aibot;
