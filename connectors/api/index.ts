import type { Connector } from '../../core/ports/connector.js';
import { type ApiAccount, apiAccount } from './account.js';
import { apiCourier } from './courier.js';
import { read } from './read.js';

/** The generic channel: signed JSON both ways, for apps, bridges and automation tools. Its protocol is in the README. */
export const connector: Connector<ApiAccount> = {
  channel: 'api',
  account: apiAccount,
  abilities: {
    text: { max: 4000, unit: 'characters' },
    media: ['image', 'file', 'voice', 'video'],
    choices: true,
    cards: false,
    recallMs: Number.POSITIVE_INFINITY,
    editMs: Number.POSITIVE_INFINITY,
    pace: 'chat',
  },
  read,
  courier: apiCourier,
};
