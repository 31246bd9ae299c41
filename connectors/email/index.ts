import type { Connector } from '../../core/ports/connector.js';
import { type EmailAccount, emailAccount } from './account.js';
import { emailCourier } from './courier.js';
import { follow } from './line.js';
import { openLetter } from './open.js';
import { pull } from './pull.js';
import { read } from './read.js';

/** Mailboxes: letters are fetched by IMAP and answered by SMTP, in the customer's thread. */
export const connector: Connector<EmailAccount> = {
  channel: 'email',
  account: emailAccount,
  abilities: {
    text: { max: 50_000, unit: 'characters' },
    media: ['image', 'file', 'voice', 'video'],
    choices: false,
    cards: false,
    pace: 'letter',
  },
  read,
  courier: emailCourier,
  pull,
  pullEveryMs: 60_000,
  follow: (account, _host, heard, signal) => follow(account, heard, signal),
  raw: {
    extension: '.eml',
    example: {
      ...{ address: 'service@example.com', name: 'Service', password: 'none' },
      ...{ imap: { host: 'imap.example.com' }, smtp: { host: 'smtp.example.com' } },
    },
    async item(bytes, account) {
      let files = 0;
      const keep = async (_: Buffer, name: string) => ({
        type: 'file' as const,
        mediaId: `file-${++files}`,
        name,
      });
      const letter = await openLetter({ bytes, at: 0, cut: false }, account, keep);
      return { method: 'PULL', query: {}, headers: {}, body: Buffer.from(JSON.stringify(letter)) };
    },
  },
};
