import type { Connector } from '../../core/ports/connector.js';
import { type KfAccount, kfAccount } from './account.js';
import { kfCourier } from './courier.js';
import { TEXT_BYTES_MAX } from './parts.js';
import { pull } from './pull.js';
import { read } from './read.js';

const hour = 60 * 60_000;

/** 微信客服: WeChat users write to an enterprise's account. A ping says that there is something; what, is pulled. */
export const connector: Connector<KfAccount> = {
  channel: 'wechat-kf',
  account: kfAccount,
  abilities: {
    text: { max: TEXT_BYTES_MAX, unit: 'bytes' },
    media: ['image', 'file', 'voice', 'video'],
    choices: true,
    cards: false,
    windows: { message: { ms: 48 * hour, sends: 5 }, visit: { ms: 20_000, sends: 1 } },
    pace: 'chat',
  },
  read,
  courier: kfCourier,
  pull,
  // Without the token of a ping we are strictly counted; this is for pings that were lost.
  pullEveryMs: 10 * 60_000,
};
