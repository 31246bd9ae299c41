import { SMTPServer } from 'smtp-server';
import type { Mailroom } from './mailroom.js';

const bytesMax = 30 * 1024 * 1024;

/** Where the house's letters are given up: only for those who log in, and only as themselves. */
export function smtpServer(mailroom: Mailroom): SMTPServer {
  return new SMTPServer({
    banner: 'mail.sandbox',
    size: bytesMax,
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth({ username = '', password }, _, answer) {
      const account = mailroom.accounts.get(username.toLowerCase());
      if (account && account.password === password) answer(null, { user: account.address });
      else answer(new Error('535 Error: authentication failed'));
    },
    onMailFrom({ address }, { user }, answer) {
      if (address.toLowerCase() === user) answer();
      else
        answer(
          Object.assign(new Error('mail from address must be same as authorization user'), {
            responseCode: 553,
          }),
        );
    },
    onData(stream, { envelope }, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded)
          return answer(Object.assign(new Error('message too large'), { responseCode: 552 }));
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        mailroom.post(
          from,
          envelope.rcptTo.map(({ address }) => address),
          Buffer.concat(chunks),
        );
        answer();
      });
    },
  });
}
