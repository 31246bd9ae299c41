import type { Bot } from '../../core/ports/bot.js';
import { answerClick } from './answer.js';
import { check } from './check.js';
import { wecomCourier } from './courier.js';
import { type WecomCredentials, wecomCredentials } from './credentials.js';
import { wecomDirectory } from './directory.js';
import { login } from './login.js';
import { read } from './read.js';
import { wecomScopes } from './scopes.js';

const hour = 60 * 60_000;

/**
 * WeCom (企业微信): a self-built app, which members write to one to one; it hears nothing in groups. Callbacks come encrypted
 * over HTTP. A card is changed once for each code that WeCom gave for it, within 72 hours, and a click is answered by the
 * card alone: there is nothing that could be said in passing.
 */
const wecom: Bot<WecomCredentials> = {
  platform: 'wecom',
  credentials: wecomCredentials,
  abilities: {
    realm: 'wecom',
    direct: true,
    work: true,
    groups: 'none',
    topics: false,
    hears: ['text', 'image', 'voice', 'video', 'location', 'other'],
    media: ['image', 'file', 'voice', 'video'],
    quotes: false,
    recall: true,
    cards: 'buttons',
    cardInputs: false,
    cardEdits: 'once',
    cardLifeMs: 72 * hour,
    toasts: false,
    clickDeadlineMs: 5_000,
    desk: 'queue',
    connections: 'none',
    streaming: false,
  },
  read,
  answerClick,
  courier: wecomCourier,
  directory: wecomDirectory,
  check,
  login,
  enterpriseOf: ({ corpId }) => corpId,
  addresses: { http: 'https://qyapi.weixin.qq.com' },
  scopes: wecomScopes,
};

export default wecom;
