import type { Bot } from '../../core/ports/bot.js';
import { type Response, refused } from '../../core/ports/delivery.js';
import { webhookCourier } from './courier.js';
import { type WebhookCredentials, webhookCredentials } from './credentials.js';

const nothing: Response = { status: 404, headers: { 'content-type': 'text/plain' }, body: '' };

/**
 * A group's webhook robot (消息推送, once 群机器人) of WeCom: it says things in one group and hears nothing. For notices only.
 * Source: developer.work.weixin.qq.com, 消息推送配置说明 (path/99110).
 */
const wecomWebhook: Bot<WebhookCredentials> = {
  platform: 'wecom-webhook',
  credentials: webhookCredentials,
  abilities: {
    realm: 'wecom',
    direct: false,
    work: false,
    groups: 'sends',
    topics: false,
    hears: [],
    media: ['image', 'file'],
    quotes: false,
    recall: false,
    cards: 'links',
    cardInputs: false,
    cardEdits: 'never',
    cardLifeMs: 0,
    toasts: false,
    clickDeadlineMs: 0,
    desk: 'queue',
    connections: 'none',
    streaming: false,
  },
  read: () => refused(404, 'a webhook robot hears nothing'),
  answerClick: () => nothing,
  courier: webhookCourier,
  directory: () => ({ person: async () => undefined }),
  addresses: { http: 'https://qyapi.weixin.qq.com' },
};

export default wecomWebhook;
