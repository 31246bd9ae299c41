import type { Delivery } from '../../core/ports/delivery.js';
import { json, type Reading, refused } from '../../core/ports/delivery.js';
import type { Inbound, InboundMessage, Profile } from '../../core/ports/inbound.js';
import type { EmailAccount } from './account.js';
import {
  type Bounce,
  bounceSchema,
  type Letter,
  type LetterFile,
  letterSchema,
  otherSchema,
} from './letter.js';
import { isOwnId } from './own-id.js';

const taken = json(200, {});

/** What a letter that was pulled means. Nothing else can be delivered to this channel: it has no address on the web. */
export function read(delivery: Delivery, account: EmailAccount, now: number): Reading {
  if (delivery.method !== 'PULL') return refused(404, 'mail is fetched, not delivered here');
  const value = parsed(delivery.body);
  const known = otherSchema.safeParse(value);
  if (!known.success) return refused(400, 'this is no letter');
  if (known.data.kind === 'letter') {
    const letter = letterSchema.safeParse(value);
    return letter.success
      ? taken200(eventsOf(letter.data, account, now))
      : refused(400, 'this letter is not whole');
  }
  if (known.data.kind === 'bounce') {
    const bounce = bounceSchema.safeParse(value);
    return bounce.success
      ? taken200([notArrived(bounce.data, now)])
      : refused(400, 'this report is not whole');
  }
  const { kind, id = kind, at = now } = known.data;
  return taken200([{ kind: 'other', id, name: kind, at }]);
}

const taken200 = (events: Inbound[]): Reading => ({ verified: true, events, response: taken });

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const notArrived = ({ id, at, person, about, reason }: Bounce, now: number): Inbound => ({
  kind: 'receipt',
  id,
  sender: person.toLowerCase(),
  at: Math.min(at, now),
  status: 'failed',
  messageIds: about,
  reason: reason.slice(0, 300),
});

/** Its words first, then each file as a message of its own, with ids `<id>#2`, `<id>#3`, … */
function eventsOf(letter: Letter, account: EmailAccount, now: number): Inbound[] {
  const { id, at } = letter;
  const sender = letter.from.address.toLowerCase();
  // Our own letters, fetched from the folder they were filed in or sent back by a list.
  if (sender === account.address || isOwnId(id, account.address)) return [];
  if (letter.machine)
    return [{ kind: 'other', id, name: `automatic (${letter.machine})`, at: Math.min(at, now) }];
  const quoted = letter.answers[0];
  const parts = [...wordsOf(letter, account), ...letter.files.map(fileOf)];
  if (parts.length === 0) parts.push({ type: 'other', text: '[空白邮件]' });
  return parts.map((part, index) => ({
    kind: 'message',
    id: index === 0 ? id : `${id}#${index + 1}`,
    sender,
    at: Math.min(at, now),
    ...part,
    ...(quoted !== undefined && index === 0 && { quote: { id: quoted } }),
    ...(letter.flood && { machine: true }),
    profile: profileOf(letter),
  }));
}

type Part = Pick<InboundMessage, 'type' | 'text' | 'media'>;

/** What an agent sees above the words when a thread begins, and `subjectIn` finds again. */
export const subjectMark = '主题：';

function wordsOf(letter: Letter, account: EmailAccount): Part[] {
  const begins = !letter.answers.some((id) => isOwnId(id, account.address));
  const head = [
    letter.doubt === 'forged' && '⚠ 收件服务器未能确认这封邮件的发件人，请先核实身份。',
    letter.doubt === 'spam' && '⚠ 收件服务器将这封邮件标记为垃圾邮件。',
    begins && letter.subject?.trim() && `${subjectMark}${letter.subject.trim()}`,
    begins && letter.others.length > 0 && `同时发给：${letter.others.slice(0, 10).join('、')}`,
  ].filter((line): line is string => typeof line === 'string');
  const tail = letter.cut ? ['（邮件过大，附件未收取，请到邮箱中查看。）'] : [];
  const text = letter.text.trim() === '' ? '' : letter.text;
  const blocks = [head.join('\n'), text, ...tail].filter((block) => block !== '');
  return blocks.length > 0 ? [{ type: 'text', text: blocks.join('\n\n') }] : [];
}

const reasons = { size: '文件过大', kind: '此类文件不予接收', empty: '文件为空' } as const;

function fileOf(file: LetterFile): Part {
  if ('kept' in file)
    return { type: 'other', text: `[附件：${file.name}，${reasons[file.why]}，请到邮箱中查看]` };
  return { type: file.type, text: file.name, media: { mediaId: file.mediaId, name: file.name } };
}

/** The address is a proof of who wrote only while nothing speaks against it. */
function profileOf({ from, doubt }: Letter): Profile {
  return {
    name: from.name?.trim().slice(0, 100) || from.address,
    ...(doubt === undefined && { email: from.address.toLowerCase() }),
  };
}
