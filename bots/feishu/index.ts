import type { Bot } from '../../core/ports/bot.js';
import { answerClick } from './answer.js';
import { check } from './check.js';
import { feishuCourier } from './courier.js';
import { type FeishuCredentials, feishuCredentials } from './credentials.js';
import { feishuDirectory } from './directory.js';
import { feishuLogin } from './login.js';
import { read } from './read.js';
import { feishuScopes } from './scopes.js';
import { connect } from './socket.js';

const day = 24 * 60 * 60_000;

/**
 * Feishu and Lark: self-built apps, by HTTP callbacks or over long connections.
 *
 * The official SDK (`@larksuiteoapi/node-sdk` 1.74.0) takes no part at run time. Measured: importing it costs about 69 MB
 * of memory, of 300 MB for everything; its client has neither time-outs nor retries and returns an answer with `code ≠ 0`
 * under HTTP 200 as if nothing had happened; its adapters answer 204 where 200 is asked for, check signatures over JSON
 * written anew and never compare the token; and its socket does not say when it last heard something, so a deaf one
 * can't be told from a quiet one. In tests it is an independent judge of what is written here.
 */
const feishu: Bot<FeishuCredentials> = {
  platform: 'feishu',
  credentials: feishuCredentials,
  abilities: {
    realm: 'feishu',
    direct: true,
    work: true,
    groups: 'everything',
    topics: true,
    hears: ['text', 'image', 'file', 'voice', 'video', 'location', 'other'],
    media: ['image', 'file', 'voice', 'video'],
    quotes: true,
    recall: true,
    cards: 'buttons',
    cardInputs: true,
    cardEdits: 'always',
    cardLifeMs: 14 * day,
    toasts: true,
    clickDeadlineMs: 3_000,
    desk: 'conversation',
    connections: 'several',
    streaming: false,
  },
  read,
  answerClick,
  courier: feishuCourier,
  directory: feishuDirectory,
  login: feishuLogin,
  connect,
  check,
  addresses: { http: 'https://open.feishu.cn' },
  scopes: feishuScopes,
};

export default feishu;
