import type { Bot } from '../../core/ports/bot.js';
import { answerClick } from './answer.js';
import { check } from './check.js';
import { dingtalkCourier } from './courier.js';
import { type DingtalkCredentials, dingtalkCredentials } from './credentials.js';
import { dingtalkDirectory } from './directory.js';
import { dingtalkLogin } from './login.js';
import { quotaOf } from './quota.js';
import { read } from './read.js';
import { dingtalkScopes } from './scopes.js';
import { connect } from './socket.js';

const day = 24 * 3_600_000;

/**
 * DingTalk: internal apps with a robot, by Stream connections or over HTTP. Cards are data for one template that each
 * enterprise imports by hand (docs/dingtalk.md). Nothing is called here that counts against the month without need: with
 * the standard edition an enterprise has 5,000 calls and 3,000 pushes.
 */
const dingtalk: Bot<DingtalkCredentials> = {
  platform: 'dingtalk',
  credentials: dingtalkCredentials,
  abilities: {
    realm: 'dingtalk',
    direct: true,
    work: true,
    groups: 'addressed',
    topics: false,
    hears: ['text', 'image', 'file', 'voice', 'video', 'other'],
    media: ['image', 'file', 'voice', 'video'],
    quotes: true,
    recall: true,
    cards: 'buttons',
    cardInputs: true,
    cardEdits: 'always',
    /** No end is documented; after half a year a card is posted anew rather than trusted. */
    cardLifeMs: 180 * day,
    toasts: true,
    clickDeadlineMs: 2_000,
    desk: 'queue',
    connections: 'several',
    streaming: false,
  },
  read,
  answerClick,
  courier: dingtalkCourier,
  directory: dingtalkDirectory,
  login: dingtalkLogin,
  connect,
  check,
  enterpriseOf: ({ corpId }) => corpId,
  quota: quotaOf,
  addresses: { http: 'https://api.dingtalk.com' },
  scopes: dingtalkScopes,
};

export default dingtalk;
