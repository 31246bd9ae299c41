/** A letter as a customer's mail program writes it. */
export interface Writing {
  id: string;
  from: { name: string; address: string };
  to: string;
  subject: string;
  text: string;
  at: number;
  /** Message-IDs, the nearest last. */
  answers: string[];
  files?: { name: string; mime: string; bytes: Buffer }[];
  more?: Record<string, string>;
}

/** Its source: MIME, everything that is no ASCII encoded. */
export function written({
  id,
  from,
  to,
  subject,
  text,
  at,
  answers,
  files = [],
  more = {},
}: Writing): Buffer {
  const ids = answers.map((one) => `<${one.replace(/[<>\s]/g, '')}>`);
  const head: Record<string, string> = {
    From: `${word(from.name)} <${from.address}>`,
    To: `<${oneLine(to)}>`,
    Subject: /=\?[^?\s]+\?[bq]\?/i.test(subject) ? foldedWords(subject) : word(subject),
    Date: new Date(at).toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${id}>`,
    ...(ids.length > 0 ? { 'In-Reply-To': ids.at(-1) ?? '', References: ids.join('\r\n ') } : {}),
    ...more,
    'MIME-Version': '1.0',
    'X-Mailer': 'Sandbox Webmail',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const words = [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64(Buffer.from(text)),
  ];
  if (files.length === 0) return Buffer.from([...lines, ...words, ''].join('\r\n'), 'latin1');
  const boundary = `part-${id.replace(/[^a-z0-9]/gi, '')}`;
  const parts = files.flatMap(({ name, mime, bytes }) => [
    `--${boundary}`,
    `Content-Type: ${oneLine(mime)}; name="${word(name)}"`,
    `Content-Disposition: attachment; filename="${word(name)}"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(bytes),
  ]);
  const whole = [
    ...lines,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...words,
    ...parts,
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(whole.join('\r\n'), 'latin1');
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

/** RFC 2047: words of at most 75 characters, none of them cut inside a character. */
function word(text: string): string {
  const plain = oneLine(text);
  if (/^[\x20-\x7e]*$/.test(plain) && !/[=?"<>]/.test(plain)) return plain;
  const words: string[] = [];
  let part = '';
  for (const character of plain) {
    if (Buffer.byteLength(part + character) > 42) {
      words.push(part);
      part = '';
    }
    part += character;
  }
  words.push(part);
  return words.map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

/** A subject that holds encoded words of somebody else, with what stands before them encoded too. */
function foldedWords(subject: string): string {
  const at = subject.indexOf('=?');
  return `${word(subject.slice(0, at))}\r\n ${oneLine(subject.slice(at))}`;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
