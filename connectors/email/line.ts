import { ImapFlow } from 'imapflow';
import type { OpenAccount } from '../../core/ports/connector.js';
import type { EmailAccount } from './account.js';
import { reach } from './reach.js';

/** Providers end an IDLE after half an hour, their gateways much sooner. */
const idleMs = 4 * 60_000;
/** Who we are: NetEase (163, 126, yeah.net) opens no mailbox to a program that does not say. */
const clientInfo = { name: 'Imdesk', version: '1.0.0', vendor: 'Imdesk' };

/** The connections that `follow` holds in this process: `pull` uses them, since providers count logins. */
const held = new Map<string, ImapFlow>();

/** A new connection, logged in, with the account's folder open. */
export async function openLine({ settings }: OpenAccount<EmailAccount>): Promise<ImapFlow> {
  const { host, port, secure, servername, trusted } = await reach(settings.imap, settings);
  const client = new ImapFlow({
    ...{ host, port, secure, servername, clientInfo },
    auth: { user: settings.imap.user ?? settings.address, pass: settings.password },
    // Not `true` for a listed host: it is asked for TLS, and spoken to without it where it has none.
    ...(!secure && !trusted && { doSTARTTLS: true }),
    tls: { rejectUnauthorized: !trusted },
    logger: false,
    maxIdleTime: idleMs,
    // Only who idles is told that a letter came.
    autoIdleDelay: 1_000,
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000 + idleMs,
  });
  // Whoever waits for it learns of it by its command; an error that nobody hears would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.mailboxOpen(settings.folder, { readOnly: !settings.markSeen });
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Lends a connection with the folder open; a held one if there is one. */
export async function withLine<T>(
  account: OpenAccount<EmailAccount>,
  use: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const open = held.get(account.id);
  if (open?.usable) {
    // A held connection that fails is of no more use to who holds it either.
    return use(open).catch((error: unknown) => {
      open.close();
      throw error;
    });
  }
  const client = await openLine(account);
  try {
    return await use(client);
  } finally {
    await client.logout().catch(() => client.close());
  }
}

/** Keeps a connection that says when a letter came. Ends when the connection does. */
export async function follow(
  account: OpenAccount<EmailAccount>,
  heard: () => void,
  signal: AbortSignal,
): Promise<void> {
  const client = await openLine(account);
  const ended = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  client.on('exists', heard);
  held.set(account.id, client);
  try {
    // What came before it was held is not told any more.
    heard();
    if (!signal.aborted) await ended;
  } finally {
    if (held.get(account.id) === client) held.delete(account.id);
    client.close();
  }
}
