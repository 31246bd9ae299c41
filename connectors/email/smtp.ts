import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { OpenAccount } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { EmailAccount } from './account.js';
import { NotReached, reach } from './reach.js';

const retryAfterMs = 60_000;

/** Gives one mail to the account's server. @throws {SendError} whose fate says whether it may have been taken */
export async function post(
  { settings }: OpenAccount<EmailAccount>,
  to: string,
  source: Buffer,
): Promise<void> {
  const { host, port, secure, servername, trusted } = await reach(settings.smtp, settings).catch(
    (error: unknown) => {
      if (error instanceof NotReached)
        throw new SendError('later', 'unreached', error.message, { retryAfterMs });
      throw error;
    },
  );
  const connection = new SMTPConnection({
    ...{ host, port, secure, servername },
    name: settings.address.slice(settings.address.lastIndexOf('@') + 1),
    requireTLS: !secure && !trusted,
    tls: { rejectUnauthorized: !trusted },
    connectionTimeout: 20_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000,
    allowInternalNetworkInterfaces: true,
  });
  // The body is only asked for once the server has said that it takes it.
  let begun = false;
  const body = new Readable({
    read() {
      begun = true;
      this.push(source);
      this.push(null);
    },
  });
  try {
    await new Promise<void>((done, fail) => {
      connection.once('error', fail);
      connection.once('end', () => fail(new Error('the connection ended')));
      const next = (step: () => void) => (error?: Error | null) => (error ? fail(error) : step());
      const send = () =>
        connection.send({ from: settings.address, to: [to], size: source.length }, body, next(done));
      const { user = settings.address } = settings.smtp;
      connection.connect(
        next(() =>
          connection.allowsAuth ? connection.login({ user, pass: settings.password }, next(send)) : send(),
        ),
      );
    });
    connection.quit();
  } catch (error) {
    connection.close();
    throw fateOf(error, begun);
  } finally {
    body.destroy();
  }
}

/**
 * What a failure means. A server that said no in so many words took nothing; one that was silent after it had the body may
 * have taken it.
 */
export function fateOf(error: unknown, begun: boolean): SendError {
  const { responseCode, response, message } = Object(error) as {
    responseCode?: unknown;
    response?: unknown;
    message?: unknown;
  };
  const code = typeof responseCode === 'number' ? responseCode : undefined;
  const words = String(response ?? message ?? error)
    .replace(/\s+/g, ' ')
    .slice(0, 200);
  if (code !== undefined && code >= 500) return new SendError('refused', `smtp_${code}`, words);
  if (code !== undefined && code >= 400)
    return new SendError('later', `smtp_${code}`, words, { retryAfterMs });
  if (begun) return new SendError('unknown', 'broken', words);
  return new SendError('later', 'unreached', words, { retryAfterMs: 5_000 });
}
