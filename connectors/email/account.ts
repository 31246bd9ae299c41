import { z } from 'zod';

const host = z
  .string()
  .regex(/^[a-z0-9.-]+$|^[0-9a-f:]+$/, 'a host name in lower case, or an address, without its port');
const address = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email({ pattern: z.regexes.rfc5322Email }))
  .pipe(z.string().max(254));

const server = (port: number) =>
  z.strictObject({
    host,
    port: z.int().min(1).max(65_535).default(port),
    /** TLS from the first byte. Without it the connection has to turn to TLS (STARTTLS) before anything is said. */
    secure: z.boolean().default(true),
    /** Who logs in, where that is not the address. */
    user: z.string().min(1).max(254).optional(),
  });

/** Settings of one mailbox. */
export const emailAccount = z.object({
  /** What customers write to, and are answered from. */
  address,
  /** The name that stands before the address. */
  name: z.string().trim().min(1).max(100),
  imap: server(993),
  smtp: server(465),
  /** The mailbox's password; at QQ, 163 and most Chinese providers the authorization code (授权码) made for it. */
  password: z.string().min(1).max(500).meta({ secret: true }),
  folder: z.string().min(1).max(200).default('INBOX'),
  /** Hosts that may be private, spoken to without TLS, or with a certificate nobody vouches for. */
  privateHosts: z.array(host).default([]),
  /** Stands below every letter. */
  signature: z.string().max(1000).default(''),
  /**
   * Addresses that send for somebody else (a contact form's `noreply@`): who wrote is then whom `Reply-To` names. From all
   * others `Reply-To` is not believed, since answers would go where a stranger pleases.
   */
  relays: z.array(address).default([]),
  /** Whether letters are marked as read in the mailbox, once they were fetched. They are never deleted or moved. */
  markSeen: z.boolean().default(false),
  /** More letters of one sender in an hour are taken for a machine's: people see them, nothing answers by itself. */
  lettersPerHour: z.int().min(2).max(1000).default(12),
  /** What the provider lets us send. */
  perMinute: z.int().min(1).max(1000).default(20),
  perDay: z.int().min(1).max(100_000).default(400),
});

export type EmailAccount = z.infer<typeof emailAccount>;
export type MailServer = EmailAccount['imap'];
