import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '../address.js';
import type { EmailAccount, MailServer } from './account.js';

/** Why a mail server is not called: its address is none of the public internet, and not listed as private. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

export interface Reached {
  host: string;
  port: number;
  secure: boolean;
  /** What its certificate has to be made for. */
  servername: string | undefined;
  /** Listed by the administrator: it may be spoken to without TLS, or with a certificate nobody vouches for. */
  trusted: boolean;
}

/** Where a mail server of an account is really called: at an address that was looked at, so that its name can't turn. @throws {NotReached} */
export async function reach(server: MailServer, { privateHosts }: EmailAccount): Promise<Reached> {
  const { host, port, secure } = server;
  const servername = isIP(host) ? undefined : host;
  if (privateHosts.includes(host)) return { host, port, secure, servername, trusted: true };
  const found = await lookup(host, { all: true }).catch((error: Error) => {
    throw new NotReached(`${host}: ${error.message}`);
  });
  const open = found.find(({ address }) => isPublicAddress(address));
  if (!open) throw new NotReached(`${host} has no public address and is not listed in privateHosts`);
  return { host: open.address, port, secure, servername, trusted: false };
}
