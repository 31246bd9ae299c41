import type { Clock } from '../kernel/clock.js';
import type { Journal, Table } from '../kernel/journal.js';
import type { Teller } from '../kernel/stream.js';
import { headerOf } from './head.js';
import type { Account, Customer } from './world.js';
import { written } from './write.js';

/** A letter as it lies in one mailbox. */
export interface Letter {
  box: string;
  uid: number;
  at: number;
  flags: string[];
  /** The bytes as they came, one character each. */
  source: string;
  /** Written by the owner of the mailbox, and kept with the answers. */
  sent?: boolean;
}

/** Every mailbox of the mail house, what lies in it, and what happens when a letter comes. */
export class Mailroom {
  readonly accounts: Table<Account>;
  readonly customers: Table<Customer>;
  /** Customers who are out of office, with what their program answers meanwhile. */
  readonly away: Table<{ text: string }>;
  private readonly letters: Table<Letter>;
  private readonly boxes = new Map<string, Letter[]>();
  private readonly listeners = new Set<(box: string) => void>();

  constructor(
    private readonly parts: { journal: Journal; clock: Clock; stream: Teller; random: () => string },
  ) {
    const { journal } = parts;
    this.accounts = journal.table('email.accounts');
    this.customers = journal.table('email.customers');
    this.away = journal.table('email.away');
    this.letters = journal.table('email.letters');
    for (const letter of this.letters.values()) this.boxOf(letter.box).push(letter);
    for (const box of this.boxes.values()) box.sort((one, other) => one.uid - other.uid);
  }

  now(): number {
    return this.parts.clock.now();
  }

  isKnown(address: string): boolean {
    return this.accounts.get(address) !== undefined || this.customerAt(address) !== undefined;
  }

  customerAt(address: string): Customer | undefined {
    return [...this.customers.values()].find((customer) => customer.address.toLowerCase() === address);
  }

  /** What lies in a mailbox, by uid; without what its owner sent unless it is asked for. */
  lettersOf(address: string, withSent = false): Letter[] {
    return this.boxOf(address).filter(({ sent }) => withSent || !sent);
  }

  /** A letter on its way: into each mailbox that there is; of the others its sender is told. `from` is empty for what must never be answered. */
  post(from: string, to: readonly string[], source: Buffer): void {
    for (const address of to.map((one) => one.toLowerCase())) {
      if (this.isKnown(address)) this.deliver(address, from, source);
      else if (from !== '') this.bounce(from, address, source);
    }
  }

  keepSent(address: string, source: Buffer): void {
    this.put(address, source, { sent: true, flags: ['\\Seen'] });
  }

  flag(letter: Letter, flags: string[]): void {
    letter.flags = flags;
    this.letters.put(`${letter.box} ${letter.uid}`, letter);
  }

  listen(heard: (box: string) => void): () => void {
    this.listeners.add(heard);
    return () => this.listeners.delete(heard);
  }

  newId = (): string => `${this.parts.random()}@mail.sandbox`;

  private boxOf(address: string): Letter[] {
    const box = this.boxes.get(address) ?? [];
    this.boxes.set(address, box);
    return box;
  }

  private deliver(address: string, from: string, source: Buffer): void {
    const head = `Return-Path: <${from}>\r\nDelivered-To: ${address}\r\n`;
    this.put(address, Buffer.concat([Buffer.from(head), source]), { flags: [] });
    const customer = this.customerAt(address);
    const away = customer && this.away.get(customer.id);
    if (away && from !== '') this.answerWhileAway(customer, away.text, from, source);
  }

  private put(box: string, source: Buffer, more: Pick<Letter, 'flags' | 'sent'>): void {
    const uid = (this.boxOf(box).at(-1)?.uid ?? 0) + 1;
    const letter: Letter = { box, uid, at: this.now(), source: source.toString('latin1'), ...more };
    this.boxOf(box).push(letter);
    this.letters.put(`${box} ${uid}`, letter);
    for (const heard of this.listeners) heard(box);
    this.parts.stream.tell({ type: 'message', chat: box }, [box]);
  }

  /** As mail programs do it (RFC 3834): never to a machine, and marked so that no machine answers. */
  private answerWhileAway(customer: Customer, text: string, from: string, source: Buffer): void {
    const auto = headerOf(source, 'Auto-Submitted');
    if (auto && !/^no\b/i.test(auto)) return;
    const answer = written({
      id: this.newId(),
      from: customer,
      to: from,
      subject: `自动回复: ${headerOf(source, 'Subject') ?? ''}`,
      text,
      at: this.now(),
      answers: [headerOf(source, 'Message-ID') ?? ''].filter(Boolean),
      more: { 'Auto-Submitted': 'auto-replied' },
    });
    this.post('', [from], answer);
  }

  /** RFC 3464, as a mail server tells it. */
  private bounce(to: string, lost: string, source: Buffer): void {
    const boundary = `bounce-${this.parts.random()}`;
    const part = (type: string, body: string) => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
    const end = source.indexOf('\r\n\r\n');
    const head = source.subarray(0, end < 0 ? source.length : end).toString('latin1');
    const report = [
      'From: Mail Delivery System <MAILER-DAEMON@mail.sandbox>\r\n',
      `To: <${to}>\r\nSubject: Undelivered Mail Returned to Sender\r\n`,
      `Message-ID: <${this.newId()}>\r\nDate: ${new Date(this.now()).toUTCString()}\r\n`,
      'Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n',
      `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"\r\n\r\n`,
      part('text/plain; charset=us-ascii', `The mail could not be delivered to ${lost}: no such mailbox.`),
      part(
        'message/delivery-status',
        `Reporting-MTA: dns; mail.sandbox\r\n\r\nFinal-Recipient: rfc822; ${lost}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such mailbox`,
      ),
      part('text/rfc822-headers', head),
      `--${boundary}--\r\n`,
    ];
    this.post('', [to], Buffer.from(report.join(''), 'latin1'));
  }
}
