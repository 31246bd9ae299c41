import { ImapFlow } from 'imapflow';
import { type ParsedMail, simpleParser } from 'mailparser';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { MailHouse } from './mail-house.js';
import { until } from './sandbox.js';

/** Somebody outside with a mailbox, and a mail program that is neither the product's nor the sandbox's. */
export class PostBox {
  private readonly post;

  constructor(
    private readonly house: MailHouse,
    readonly address: string,
    private readonly name: string,
  ) {
    this.post = createTransport({
      host: '127.0.0.1',
      port: house.ports.smtps,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: address, pass: house.password },
    });
  }

  /** Sends a letter; returns its Message-ID. */
  async writes(letter: SendMailOptions): Promise<string> {
    const { messageId } = await this.post.sendMail({
      from: { name: this.name, address: this.address },
      to: 'service@shop.example',
      ...letter,
    });
    return messageId;
  }

  /** Every letter in the mailbox, the oldest first. */
  async letters(): Promise<ParsedMail[]> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.house.ports.imaps,
      secure: true,
      tls: { rejectUnauthorized: false },
      auth: { user: this.address, pass: this.house.password },
      logger: false,
    });
    await client.connect();
    try {
      await client.mailboxOpen('INBOX');
      const all = await client.fetchAll('1:*', { uid: true, source: true });
      return await Promise.all(all.map(({ source }) => simpleParser(source ?? Buffer.alloc(0))));
    } finally {
      await client.logout();
    }
  }

  /** Waits for a letter whose words hold these. */
  async gets(words: string): Promise<ParsedMail> {
    let found: ParsedMail | undefined;
    await until(`${this.address} gets 「${words}」`, async () => {
      found = (await this.letters()).find(({ text }) => text?.includes(words));
      return found !== undefined;
    });
    if (!found) throw new Error('unreachable');
    return found;
  }
}
