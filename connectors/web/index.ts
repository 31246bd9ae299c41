import type { Connector, OpenAccount } from '../../core/ports/connector.js';
import type { Courier } from '../../core/ports/courier.js';
import { type WebAccount, webAccount } from './account.js';
import { textMax, withdrawMs } from './chat/wire.js';
import { check, paste } from './check.js';
import { read } from './read.js';
import { webService } from './service.js';

/** The widget on a web page: it talks to us alone, so the transcript in the database is all there is to deliver. */
export const connector: Connector<WebAccount> = {
  channel: 'web',
  account: webAccount,
  abilities: {
    text: { max: textMax, unit: 'characters' },
    media: ['image', 'file', 'voice', 'video'],
    choices: true,
    cards: true,
    // What is taken back or changed is so in the transcript, whenever it is.
    recallMs: Number.POSITIVE_INFINITY,
    editMs: Number.POSITIVE_INFINITY,
    withdrawMs,
    readsTranscript: true,
    pace: 'chat',
  },
  read,
  courier: webCourier,
  serve: webService,
  check,
  paste,
};

/**
 * What is "sent" here is already in the transcript, which the widget reads and resumes from; it hears of it by the news
 * that core spreads with every change. So there is nothing to do, and doing it twice is doing it once.
 */
function webCourier(_account: OpenAccount<WebAccount>): Courier {
  return {
    certainty: () => ({ kind: 'repeatable' }),
    limits: () => [],
    send: async (out, key) => ({ messageId: 'messageId' in out ? out.messageId : key }),
  };
}
