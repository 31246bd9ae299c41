import { createServer, type Server, type Socket } from 'node:net';
import { fetchAnswer } from './imap-fetch.js';
import { inSet, quote, type Word, wordsIn } from './imap-words.js';
import type { Letter, Mailroom } from './mailroom.js';

const capabilities = 'IMAP4rev1 ID IDLE LITERAL+ NAMESPACE UIDPLUS UNSELECT AUTH=PLAIN SASL-IR';
const literalMax = 65_536;

/** An IMAP server (RFC 3501, 2177 IDLE, 2971 ID) as far as a program needs it that reads one mailbox's INBOX. */
export function imapServer(mailroom: Mailroom, validity: () => number): Server {
  const server = createServer((socket) => new Session(socket, mailroom, validity));
  return server;
}

class Session {
  private user: string | undefined;
  private selected: { letters: Letter[]; readOnly: boolean } | undefined;
  private idling: string | undefined;
  private buffer = '';
  /** A command whose literal is still to come. */
  private begun = '';
  private awaited: { bytes: number } | undefined;
  private plain: string | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly mailroom: Mailroom,
    private readonly validity: () => number,
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.take(chunk));
    socket.on('error', () => socket.destroy());
    const deaf = mailroom.listen((box) => {
      if (box === this.user && this.idling !== undefined) this.tellNew();
    });
    socket.on('close', deaf);
    this.say(`* OK [CAPABILITY ${capabilities}] mail.sandbox is ready`);
  }

  private say(line: string): void {
    if (!this.socket.destroyed) this.socket.write(`${line}\r\n`, 'latin1');
  }

  private take(chunk: string): void {
    this.buffer += chunk;
    for (;;) {
      if (this.awaited) {
        if (this.buffer.length < this.awaited.bytes) return;
        this.begun += quote(this.buffer.slice(0, this.awaited.bytes));
        this.buffer = this.buffer.slice(this.awaited.bytes);
        this.awaited = undefined;
        continue;
      }
      const end = this.buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = this.begun + this.buffer.slice(0, end);
      this.buffer = this.buffer.slice(end + 2);
      const [literal, bytes, plus] = /\{(\d+)(\+?)\}$/.exec(line) ?? [];
      if (literal !== undefined && Number(bytes) <= literalMax) {
        this.begun = line.slice(0, -literal.length);
        this.awaited = { bytes: Number(bytes) };
        if (!plus) this.say('+ go on');
        continue;
      }
      this.begun = '';
      this.command(line);
    }
  }

  private command(line: string) {
    if (this.plain !== undefined) {
      const tag = this.plain;
      this.plain = undefined;
      return this.logIn(tag, ...plainIn(line));
    }
    if (this.idling !== undefined) {
      if (line.toUpperCase() !== 'DONE') return;
      const tag = this.idling;
      this.idling = undefined;
      return this.say(`${tag} OK IDLE ended`);
    }
    const [tag, name, ...rest] = wordsIn(line);
    if (typeof tag !== 'string' || typeof name !== 'string') return this.say('* BAD what was that?');
    try {
      this.does(tag, name.toUpperCase(), rest);
    } catch (error) {
      this.say(`${tag} BAD ${error instanceof Error ? error.message : 'that was not understood'}`);
    }
  }

  private does(tag: string, name: string, words: Word[]) {
    const [first = ''] = words;
    switch (name) {
      case 'CAPABILITY':
        this.say(`* CAPABILITY ${capabilities}`);
        return this.say(`${tag} OK done`);
      case 'ID':
        this.say('* ID ("name" "sandbox" "vendor" "Imdesk sandbox")');
        return this.say(`${tag} OK done`);
      case 'NOOP':
      case 'CHECK':
        this.tellNew();
        return this.say(`${tag} OK done`);
      case 'LOGOUT':
        this.say('* BYE until then');
        this.say(`${tag} OK done`);
        this.socket.end();
        return;
      case 'LOGIN':
        return this.logIn(tag, String(first), String(words[1] ?? ''));
      case 'AUTHENTICATE':
        if (String(first).toUpperCase() !== 'PLAIN') return this.say(`${tag} NO only PLAIN is known here`);
        if (words[1] !== undefined) return this.logIn(tag, ...plainIn(String(words[1])));
        this.plain = tag;
        return this.say('+ ');
    }
    if (this.user === undefined) return this.say(`${tag} NO log in first`);
    switch (name) {
      case 'NAMESPACE':
        this.say('* NAMESPACE (("" "/")) NIL NIL');
        return this.say(`${tag} OK done`);
      case 'LIST':
      case 'LSUB':
        this.say(words[1] === '' ? `* ${name} (\\Noselect) "/" ""` : `* ${name} (\\HasNoChildren) "/" INBOX`);
        return this.say(`${tag} OK done`);
      case 'SELECT':
      case 'EXAMINE':
        return this.select(tag, String(first), name === 'EXAMINE');
      case 'STATUS': {
        const letters = this.mailroom.lettersOf(this.user);
        const unseen = letters.filter(({ flags }) => !flags.includes('\\Seen')).length;
        this.say(
          `* STATUS INBOX (MESSAGES ${letters.length} UNSEEN ${unseen} UIDNEXT ${nextUid(letters)} UIDVALIDITY ${this.validity()})`,
        );
        return this.say(`${tag} OK done`);
      }
    }
    if (!this.selected) return this.say(`${tag} NO no folder is open`);
    switch (name) {
      case 'IDLE':
        this.idling = tag;
        this.say('+ idling');
        return this.tellNew();
      case 'CLOSE':
      case 'UNSELECT':
        this.selected = undefined;
        return this.say(`${tag} OK done`);
      case 'UID':
        return this.byUid(tag, String(first).toUpperCase(), words.slice(1));
      case 'SEARCH':
        return this.search(tag, words, false);
      case 'FETCH':
        return this.fetch(tag, words, false);
    }
    this.say(`${tag} BAD ${name} is not known here`);
  }

  private logIn(tag: string, user: string, password: string) {
    const account = this.mailroom.accounts.get(user.toLowerCase());
    if (account?.password !== password || !account)
      return this.say(`${tag} NO [AUTHENTICATIONFAILED] wrong address or authorization code`);
    this.user = account.address;
    this.say(`${tag} OK [CAPABILITY ${capabilities}] welcome`);
  }

  private select(tag: string, folder: string, readOnly: boolean) {
    if (folder.toUpperCase() !== 'INBOX' || this.user === undefined)
      return this.say(`${tag} NO there is no such folder`);
    const letters = [...this.mailroom.lettersOf(this.user)];
    this.selected = { letters, readOnly };
    this.say('* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)');
    this.say(`* OK [PERMANENTFLAGS (${readOnly ? '' : '\\Answered \\Flagged \\Seen'})] these stay`);
    this.say(`* ${letters.length} EXISTS`);
    this.say('* 0 RECENT');
    this.say(`* OK [UIDVALIDITY ${this.validity()}] UIDs are valid`);
    this.say(`* OK [UIDNEXT ${nextUid(letters)}] is next`);
    this.say(`${tag} OK [${readOnly ? 'READ-ONLY' : 'READ-WRITE'}] it is open`);
  }

  /** Letters that came since the client was last told. */
  private tellNew(): void {
    if (!this.selected || this.user === undefined) return;
    const letters = this.mailroom.lettersOf(this.user);
    if (letters.length === this.selected.letters.length) return;
    this.selected.letters = [...letters];
    this.say(`* ${letters.length} EXISTS`);
  }

  private byUid(tag: string, name: string, words: Word[]) {
    this.tellNew();
    if (name === 'FETCH') return this.fetch(tag, words, true);
    if (name === 'SEARCH') return this.search(tag, words, true);
    if (name === 'STORE') return this.store(tag, words);
    this.say(`${tag} BAD UID ${name} is not known here`);
  }

  private inSet(set: string, byUid: boolean): { letter: Letter; seq: number }[] {
    const letters = this.selected?.letters ?? [];
    const last = byUid ? (letters.at(-1)?.uid ?? 0) : letters.length;
    return letters
      .map((letter, index) => ({ letter, seq: index + 1 }))
      .filter(({ letter, seq }) => inSet(set, byUid ? letter.uid : seq, last));
  }

  private fetch(tag: string, [set = '', what = '']: Word[], byUid: boolean): void {
    for (const { letter, seq } of this.inSet(String(set), byUid))
      this.say(`* ${seq} FETCH (${fetchAnswer(letter, what, byUid)})`);
    this.say(`${tag} OK done`);
  }

  private search(tag: string, words: Word[], byUid: boolean): void {
    const asked = words.map(String);
    let found = this.inSet('1:*', false);
    while (asked.length > 0) {
      const key = (asked.shift() ?? '').toUpperCase();
      if (key === 'ALL') continue;
      if (key === 'UID') {
        const set = this.inSet(asked.shift() ?? '', true).map(({ seq }) => seq);
        found = found.filter(({ seq }) => set.includes(seq));
      } else if (key === 'SINCE') {
        const since = Date.parse(`${asked.shift()} UTC`);
        found = found.filter(({ letter }) => letter.at >= since);
      } else if (key === 'UNSEEN') found = found.filter(({ letter }) => !letter.flags.includes('\\Seen'));
      else throw new Error(`SEARCH ${key} is not known here`);
    }
    this.say(`* SEARCH${found.map(({ letter, seq }) => ` ${byUid ? letter.uid : seq}`).join('')}`);
    this.say(`${tag} OK done`);
  }

  private store(tag: string, [set = '', how = '', flags = []]: Word[]) {
    if (this.selected?.readOnly) return this.say(`${tag} NO the folder is open for reading only`);
    const named = (Array.isArray(flags) ? flags : [flags]).map(String);
    const way = String(how).toUpperCase();
    for (const { letter, seq } of this.inSet(String(set), true)) {
      const kept = letter.flags.filter((flag) => !named.includes(flag));
      const old = way.startsWith('FLAGS') ? [] : kept;
      this.mailroom.flag(letter, way.startsWith('-') ? kept : [...old, ...named]);
      if (!way.endsWith('.SILENT'))
        this.say(`* ${seq} FETCH (UID ${letter.uid} FLAGS (${letter.flags.join(' ')}))`);
    }
    this.say(`${tag} OK done`);
  }
}

const nextUid = (letters: readonly Letter[]): number => (letters.at(-1)?.uid ?? 0) + 1;

/** RFC 4616: whom it acts for, who logs in, and the password. */
function plainIn(text: string): [string, string] {
  const [, user = '', password = ''] = Buffer.from(text, 'base64').toString('utf8').split('\0');
  return [user, password];
}
