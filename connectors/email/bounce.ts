import type { Head } from './head.js';
import type { Bounce } from './letter.js';
import { isOwnId, ownIdsIn } from './own-id.js';

/** A letter as far as it may be a report that another one did not arrive. */
export interface Report {
  head: Head;
  from: string;
  /** Message-IDs it answers. */
  answers: readonly string[];
  text: string;
  /** Its parts that are no text, such as `message/delivery-status` and the letter it is about. */
  parts: readonly { type: string; content: Buffer }[];
}

const reporter = /^(mailer-daemon|postmaster)(@|$)/i;
const partMax = 64 * 1024;

/**
 * What a report (RFC 3464, or what some providers write in its place) says of letters of ours; undefined when it is none,
 * is about none of ours, or only says that one is late.
 */
export function bounceIn(report: Report, address: string): Omit<Bounce, 'id' | 'at'> | undefined {
  const { head } = report;
  const formal = /^multipart\/report/i.test(head.get('content-type') ?? '');
  const failedFor = head.get('x-failed-recipients');
  if (!formal && !failedFor && !reporter.test(report.from)) return undefined;
  const partsOf = (type: RegExp) =>
    report.parts
      .filter((part) => type.test(part.type))
      .map(({ content }) => content.subarray(0, partMax).toString('utf8'));
  const status = partsOf(/^message\/(global-)?delivery-status$/i).join('\n\n');
  const original = partsOf(/^(message\/(rfc822|global)|text\/rfc822-headers)$/i).join('\n\n');
  const said = [report.text.slice(0, partMax), original, status].join('\n');
  const about = [
    ...new Set([...report.answers.filter((id) => isOwnId(id, address)), ...ownIdsIn(said, address)]),
  ];
  if (about.length === 0) return undefined;
  const field = (name: string) =>
    new RegExp(`^${name}\\s*:\\s*([^\\r\\n]*(?:\\r?\\n[ \\t][^\\r\\n]*)*)`, 'im').exec(status)?.[1];
  if (status !== '' && !/failed/i.test(field('Action') ?? 'failed')) return undefined;
  const to = addressIn(/^To:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/im.exec(original)?.[1]);
  const person =
    to ??
    addressIn(field('Original-Recipient')) ??
    addressIn(field('Final-Recipient')) ??
    addressIn(failedFor);
  if (person === undefined) return undefined;
  const why = [field('Status'), field('Diagnostic-Code')?.replace(/^[a-z0-9-]+\s*;\s*/i, '')]
    .filter((one) => one?.trim())
    .join(' ');
  return {
    kind: 'bounce',
    person,
    about,
    reason: plain(why) || plain(report.text).slice(0, 160) || 'undeliverable',
  };
}

const addressIn = (text: string | undefined): string | undefined =>
  /[^\s<>;:,"]+@[^\s<>;:,"]+/.exec(text ?? '')?.[0]?.toLowerCase();

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 200);
