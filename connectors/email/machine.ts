import type { Head } from './head.js';

/** Senders that are machines by their name. */
const nobody =
  /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|donotreply|bounces?|auto-?reply|notifications?)([+@=-]|$)/i;

/** As programs write it for people who are away, and nobody writes a question. */
const away =
  /^\s*(自动回复|自动答复|自動回覆|自动应答|休假自动|外出自动|不在办公室|out of (the )?office\b|automatic reply|auto[- ]?reply|auto[- ]?response|autoreply|abwesenheitsnotiz|réponse automatique)/i;

/**
 * Why a letter is taken for a machine's (RFC 3834, RFC 2919 and what mail programs really write); undefined when a person
 * wrote it. A machine is never answered: it would answer too.
 */
export function machineBehind(head: Head, from: string, subject: string): string | undefined {
  const submitted = head.get('auto-submitted');
  if (submitted && !/^no\b/i.test(submitted)) return 'Auto-Submitted';
  if (/^\s*(bulk|list|junk|auto_reply)\b/i.test(head.get('precedence') ?? '')) return 'Precedence';
  if (head.get('list-id') || head.get('list-unsubscribe')) return 'List-Id';
  if (/\b(all|oof|autoreply|dr|rn|nrn)\b/i.test(head.get('x-auto-response-suppress') ?? ''))
    return 'X-Auto-Response-Suppress';
  const replying = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-mail-autoreply', 'x-qq-autoreply'];
  if (replying.some((name) => head.get(name) !== undefined)) return 'X-Autoreply';
  if (head.get('return-path') === '<>') return 'Return-Path';
  if (/^multipart\/report/i.test(head.get('content-type') ?? '')) return 'report';
  if (nobody.test(from)) return 'sender';
  if (away.test(subject)) return 'subject';
  return undefined;
}

/** What the receiving server found out about the sender; only its own, topmost header counts. */
export function doubtOf(head: Head): 'spam' | 'forged' | undefined {
  const found = head.get('authentication-results') ?? '';
  const failed = (method: string) => new RegExp(`\\b${method}\\s*=\\s*(fail|permerror)\\b`, 'i').test(found);
  if (failed('dmarc') || (failed('spf') && !/\bdkim\s*=\s*pass\b/i.test(found))) return 'forged';
  const flagged =
    /^\s*yes\b/i.test(head.get('x-spam-flag') ?? '') || /^\s*yes\b/i.test(head.get('x-spam-status') ?? '');
  return flagged ? 'spam' : undefined;
}
