import { createHash } from 'node:crypto';
import { type Attachment, type EmailAddress, type ParsedMail, simpleParser } from 'mailparser';
import { MediaRefused } from '../../core/media/accept.js';
import { bounceIn } from './bounce.js';
import { fold } from './fold.js';
import { Head, idsIn } from './head.js';
import type { Bounce, Letter, LetterFile } from './letter.js';
import { doubtOf, machineBehind } from './machine.js';
import { isOwnId } from './own-id.js';
import { wordsOf } from './words.js';

/** Stores a file of a letter. @throws {MediaRefused} */
export type Keep = (
  bytes: Buffer,
  name: string,
) => Promise<{ type: 'image' | 'file' | 'voice' | 'video'; mediaId: string; name?: string }>;

export interface Source {
  bytes: Buffer;
  /** When the mailbox took it, as far as is known. */
  at: number;
  /** Only its beginning was fetched. */
  cut: boolean;
}

interface Owner {
  address: string;
  relays: readonly string[];
}

const filesMax = 20;
const quotedFileMax = 500_000;
/** Below this an inline picture is a dot that counts readers, not something to look at. */
const pixelBytes = 400;
const forwarded = /^\s*(fw|fwd|转发|轉寄|转寄)\s*[:：]/i;
/** Parts for programs: signatures, the report's own, what only some readers can run. */
const forPrograms =
  /^(application\/(pkcs7-signature|x-pkcs7-signature|pgp-signature|pgp-keys)|message\/(delivery-status|disposition-notification|global-delivery-status)|text\/(rfc822-headers|x-amp-html))$/i;

/** A mail's source as the letter it is. Never throws: of one that can't be opened, its head is read and the rest is said to be missing. */
export async function openLetter(
  source: Source,
  owner: Owner,
  keep: Keep,
): Promise<Letter | Bounce | { kind: string }> {
  const parsed = await parse(source.bytes).catch(() => undefined);
  if (parsed) return letterOf(parsed, source, owner, keep);
  const end = source.bytes.indexOf('\r\n\r\n');
  const head = await parse(source.bytes.subarray(0, end < 0 ? 16_384 : Math.min(end, 65_536))).catch(
    () => undefined,
  );
  if (!head) return { kind: 'unreadable' };
  const letter = await letterOf(head, source, owner, keep);
  return 'text' in letter ? { ...letter, text: '[无法读取的邮件，请到邮箱中查看]' } : letter;
}

const parse = (bytes: Buffer): Promise<ParsedMail> =>
  simpleParser(bytes, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    keepCidLinks: true,
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    checksumAlgo: false,
  });

async function letterOf(
  mail: ParsedMail,
  source: Source,
  owner: Owner,
  keep: Keep,
): Promise<Letter | Bounce | { kind: string }> {
  const head = new Head([...mail.headerLines]);
  const from = senderOf(mail, owner);
  if (!from) return { kind: 'nobody' };
  const subject = mail.subject?.trim() ?? '';
  const said = wordsOf(mail.text, mail.html || undefined);
  const answers = [
    ...new Set([...idsIn(head.get('in-reply-to')), ...idsIn(head.get('references')).reverse()]),
  ].slice(0, 50);
  const id = idsIn(head.get('message-id'))[0]?.slice(0, 900) ?? hashOf(mail, from.address, said);
  const parts = mail.attachments.map(({ contentType, content }) => ({ type: contentType, content }));
  const bounce = bounceIn({ head, from: from.address, answers, text: said, parts }, owner.address);
  if (bounce) return { ...bounce, id, at: source.at };

  const relayed = owner.relays.includes(mail.from?.value[0]?.address?.toLowerCase() ?? '');
  const machine = relayed ? undefined : machineBehind(head, from.address, subject);
  const letter = {
    kind: 'letter' as const,
    ...{ id, from, at: source.at, subject, answers, machine },
    doubt: doubtOf(head),
    cut: source.cut || undefined,
    others: othersOf(mail, from.address, owner.address),
  };
  if (machine || from.address === owner.address) return { ...letter, text: '', files: [] };
  const { text, quoted } = newIn(said, subject, answers, mail.attachments.length > 0);
  const files = source.cut ? [] : await filesOf(mail.attachments, keep);
  // What it quotes that nobody here has seen is kept beside it; what answers us only repeats what stands above.
  const unseen = quoted !== '' && !answers.some((one) => isOwnId(one, owner.address));
  if (unseen)
    files.push(await stored(Buffer.from(quoted.slice(0, quotedFileMax)), '引用的往来邮件.txt', keep));
  return { ...letter, text, files };
}

/** Who wrote: the sender, or for a relay that the house knows whom it writes for. */
function senderOf(mail: ParsedMail, { relays }: Owner): Letter['from'] | undefined {
  const named = (one: EmailAddress | undefined): Letter['from'] | undefined =>
    one?.address
      ? { address: one.address.trim().toLowerCase(), name: one.name.trim() || undefined }
      : undefined;
  const from = named(mail.from?.value[0]);
  const replyTo = mail.replyTo?.value ?? [];
  return from && relays.includes(from.address) && replyTo.length === 1 ? (named(replyTo[0]) ?? from) : from;
}

function othersOf(mail: ParsedMail, from: string, own: string): string[] {
  const fields = [mail.to, mail.cc].flat().flatMap((field) => field?.value ?? []);
  const all = fields.flatMap(({ address, group }) => group?.map((one) => one.address) ?? [address]);
  const others = all.filter((one): one is string => one !== undefined).map((one) => one.toLowerCase());
  return [...new Set(others)].filter((one) => one !== from && one !== own).slice(0, 50);
}

function hashOf(mail: ParsedMail, from: string, said: string): string {
  const parts = [from, mail.date?.toISOString() ?? '', mail.subject ?? '', said];
  return `hash-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40)}`;
}

/** A forwarded letter is what it forwards; one of which nothing would be left is shown whole. */
function newIn(
  said: string,
  subject: string,
  answers: readonly string[],
  hasFiles: boolean,
): { text: string; quoted: string } {
  const whole = { text: said.replace(/\r\n?/g, '\n').trim(), quoted: '' };
  if (forwarded.test(subject)) return whole;
  const { fresh, quoted } = fold(said, answers.length > 0);
  if (fresh.trim() === '' && !(answers.length > 0 && hasFiles)) return whole;
  return { text: fresh, quoted };
}

async function filesOf(attachments: readonly Attachment[], keep: Keep): Promise<LetterFile[]> {
  const wanted = attachments.filter(({ contentType, related, content }) => {
    if (forPrograms.test(contentType)) return false;
    return !(related && contentType.startsWith('image/') && content.length < pixelBytes);
  });
  const files: LetterFile[] = [];
  for (const { content, filename, contentType } of wanted.slice(0, filesMax)) {
    files.push(await stored(content, filename ?? nameFor(contentType), keep));
  }
  return files;
}

const nameFor = (type: string): string =>
  type.startsWith('image/')
    ? '图片'
    : type === 'text/calendar'
      ? '日程邀请.ics'
      : type === 'message/rfc822'
        ? '邮件.txt'
        : '附件';

async function stored(bytes: Buffer, name: string, keep: Keep): Promise<LetterFile> {
  try {
    const { type, mediaId, name: kept } = await keep(bytes, name);
    return { type, mediaId, name: kept ?? name };
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error;
    const why = error.reason === 'too large' ? 'size' : error.reason;
    return { kept: false, name, why };
  }
}
