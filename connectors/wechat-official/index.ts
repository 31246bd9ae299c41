import type { Connector } from '../../core/ports/connector.js';
import { type OfficialAccount, officialAccount } from './account.js';
import { answerHeld } from './answer.js';
import { officialCourier } from './courier.js';
import { read } from './read.js';
import { wordsBytesMax } from './text.js';

const minute = 60_000;

/** WeChat's official accounts (公众号, 服务号). How one is set up is in the README. */
export const connector: Connector<OfficialAccount> = {
  channel: 'wechat-official',
  account: officialAccount,
  abilities: {
    text: { max: wordsBytesMax, unit: 'bytes' },
    media: ['image', 'voice', 'video'],
    choices: true,
    cards: false,
    windows: { message: { ms: 48 * 60 * minute, sends: 5 }, visit: { ms: minute, sends: 3 } },
    pace: 'chat',
  },
  read,
  courier: officialCourier,
  answerHeld,
};
