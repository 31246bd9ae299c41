import type { Server } from 'node:net';
import type { Channel } from '../control/channel.js';
import type { PlatformParts } from '../control/parts.js';
import { imapServer } from './imap.js';
import { Mailroom } from './mailroom.js';
import { webmail } from './page.js';
import { smtpServer } from './smtp.js';
import { PAGE } from './views.js';
import { worldShape } from './world.js';

/** A mail house: SMTP and IMAP at ports of their own, and a webmail page for each customer. */
export function makeEmail(parts: PlatformParts): Channel {
  const mailroom = new Mailroom(parts);
  const settings = parts.journal.table<number>('email.settings');
  if (settings.get('validity') === undefined)
    settings.put('validity', Math.floor(parts.realNow() / 1000) % 0xffffffff);
  const smtp = smtpServer(mailroom);
  const imap = imapServer(mailroom, () => settings.get('validity') ?? 1);
  // Where it stood before, if that is still free: whoever was told of it finds it again.
  listen(imap, settings.get('imap') ?? 0, (port) => settings.put('imap', port));
  listen(smtp.server, settings.get('smtp') ?? 0, (port) => settings.put('smtp', port));
  smtp.on('error', () => {});
  return {
    answer: (request) =>
      request.path === PAGE || request.path.startsWith(`${PAGE}/`) ? webmail(mailroom, request) : undefined,
    load(world) {
      const { accounts = [], customers = [] } = worldShape(world, 'email');
      for (const account of accounts) {
        const address = account.address.toLowerCase();
        mailroom.accounts.put(address, { ...account, address });
      }
      for (const customer of customers) mailroom.customers.put(customer.id, customer);
    },
    world: () => ({
      imap: { host: '127.0.0.1', port: settings.get('imap') },
      smtp: { host: '127.0.0.1', port: settings.get('smtp') },
      accounts: [...mailroom.accounts.values()].map(({ address, name }) => ({ address, name })),
      customers: [...mailroom.customers.values()].map((customer) => ({
        ...customer,
        url: `${PAGE}?${new URLSearchParams({ as: customer.id })}`,
      })),
    }),
    expireTokens: () => 0,
    urls: () => [],
    close() {
      imap.close();
      smtp.close();
    },
  };
}

function listen(server: Server, port: number, at: (port: number) => void): void {
  server.once('listening', () => {
    const address = server.address();
    if (address && typeof address === 'object') at(address.port);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' && port !== 0) listen(server, 0, at);
  });
  server.listen(port, '127.0.0.1');
}
