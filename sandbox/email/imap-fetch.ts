import { addressesIn, headerOf } from './head.js';
import { quote, type Word } from './imap-words.js';
import type { Letter } from './mailroom.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** `"06-May-2024 10:00:00 +0000"` */
export function internalDate(at: number): string {
  const date = new Date(at);
  const day = `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `"${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000"`;
}

function envelope({ source }: Letter): string {
  const people = (name: string): string => {
    const all = addressesIn(headerOf(source, name));
    if (all.length === 0) return 'NIL';
    return `(${all.map((one) => `(${quote(one.name || undefined)} NIL ${quote(one.mailbox)} ${quote(one.host)})`).join('')})`;
  };
  const from = people('From');
  const otherwise = (value: string): string => (value === 'NIL' ? from : value);
  return `(${[
    quote(headerOf(source, 'Date')),
    quote(headerOf(source, 'Subject')),
    from,
    otherwise(people('Sender')),
    otherwise(people('Reply-To')),
    people('To'),
    people('Cc'),
    people('Bcc'),
    quote(headerOf(source, 'In-Reply-To')),
    quote(headerOf(source, 'Message-ID')),
  ].join(' ')})`;
}

const body = /^(BODY(?:\.PEEK)?)\[(.*)\](?:<(\d+)\.(\d+)>)?$/i;

/** What of a letter was asked for, as it is answered; undefined for what this server does not know. */
function fetched(letter: Letter, what: string): string | undefined {
  const { uid, flags, at, source } = letter;
  switch (what.toUpperCase()) {
    case 'UID':
      return `UID ${uid}`;
    case 'FLAGS':
      return `FLAGS (${flags.join(' ')})`;
    case 'INTERNALDATE':
      return `INTERNALDATE ${internalDate(at)}`;
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${source.length}`;
    case 'ENVELOPE':
      return `ENVELOPE ${envelope(letter)}`;
  }
  const [, , section = '', from, length] = body.exec(what) ?? [];
  if (!body.test(what)) return undefined;
  const whole = sectionOf(source, section);
  if (whole === undefined) return undefined;
  const start = Number(from ?? 0);
  const part = from === undefined ? whole : whole.slice(start, start + Number(length));
  return `BODY[${section}]${from === undefined ? '' : `<${start}>`} {${part.length}}\r\n${part}`;
}

function sectionOf(source: string, section: string): string | undefined {
  const end = source.indexOf('\r\n\r\n');
  const head = end < 0 ? source : source.slice(0, end + 4);
  if (section === '') return source;
  if (section.toUpperCase() === 'HEADER') return head;
  if (section.toUpperCase() === 'TEXT') return source.slice(head.length);
  const names = /^HEADER\.FIELDS \((.*)\)$/i.exec(section)?.[1]?.split(' ');
  if (!names) return undefined;
  const kept = names.flatMap((name) => {
    const value = headerOf(source, name.replaceAll('"', ''));
    return value === undefined ? [] : [`${name}: ${value}\r\n`];
  });
  return `${kept.join('')}\r\n`;
}

/** The answer to a FETCH of one letter. @throws when it asks for what this server does not know */
export function fetchAnswer(letter: Letter, asked: Word, withUid: boolean): string {
  const names = (Array.isArray(asked) ? asked : [asked]).map(String);
  if (withUid && !names.some((name) => name.toUpperCase() === 'UID')) names.unshift('UID');
  return names
    .map((name) => {
      const answer = fetched(letter, name);
      if (answer === undefined) throw new Error(`${name} is not known here`);
      return answer;
    })
    .join(' ');
}
