import type { ParsedMail } from 'mailparser';
import { escapeHtml } from '../kernel/html.js';
import type { Letter } from './mailroom.js';
import type { Account, Customer } from './world.js';

export const PAGE = '/email';

/** A letter with what it says. */
export interface Seen {
  letter: Letter;
  mail: ParsedMail;
}

const day = new Intl.DateTimeFormat('zh-CN', { month: 'numeric', day: 'numeric', timeZone: 'Asia/Shanghai' });
const minute = new Intl.DateTimeFormat('zh-CN', {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
  timeZone: 'Asia/Shanghai',
});
const full = (at: number): string => `${day.format(at)} ${minute.format(at)}`;

const url = (path: string, customer: Customer, more: Record<string, string> = {}): string =>
  escapeHtml(`${PAGE}${path}?${new URLSearchParams({ as: customer.id, ...more })}`);

const bar = (left: string, title: string, subtitle: string, right: string): string =>
  `<header class="phone-bar"><span>${left}</span><div><h1>${escapeHtml(title)}</h1><small>${escapeHtml(subtitle)}</small></div><span>${right}</span></header>`;

const backTo = (href: string): string =>
  `<a class="phone-icon" href="${href}" aria-label="返回"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7"/></svg></a>`;

/** The browser's own button speaks the browser's language. */
const attach =
  '<label class="mail-attach"><input type="file" name="file" onchange="this.nextElementSibling.textContent=this.files[0]?.name??\'添加附件\'"><span>添加附件</span></label>';

/** Whom a letter is from, or to whom it went. */
function partyOf({ mail, letter }: Seen): string {
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
  const one = letter.sent ? to?.value[0] : mail.from?.value[0];
  return one?.name || one?.address || '未知发件人';
}

/** What belongs together: one subject with one other party. */
export const threadKey = ({ mail, letter }: Seen): string => {
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
  const party = letter.sent ? to?.value[0]?.address : mail.from?.value[0]?.address;
  return `${party?.toLowerCase()} ${(mail.subject ?? '').replace(/^((re|fwd?|回复|转发)\s*[:：]\s*)+/i, '').trim()}`;
};

/** The words of a letter, and what it repeats of earlier ones. */
function wordsOf(mail: ParsedMail): { words: string; quoted: string } {
  const text = (mail.text ?? '').trim();
  const at = text.search(/^(-{4,}.{0,20}原始邮件.{0,4}-{4,}|在 .{4,80}写道：|-{4,} ?Original)/m);
  return at < 0 ? { words: text, quoted: '' } : { words: text.slice(0, at).trim(), quoted: text.slice(at) };
}

export function inboxView(
  customer: Customer,
  seen: readonly Seen[],
  others: readonly Customer[],
  away: boolean,
): string {
  const threads = new Map<string, Seen[]>();
  for (const one of seen) threads.set(threadKey(one), [...(threads.get(threadKey(one)) ?? []), one]);
  const rows = [...threads.values()]
    .sort((one, other) => (other.at(-1)?.letter.at ?? 0) - (one.at(-1)?.letter.at ?? 0))
    .map((thread) => row(customer, thread));
  const people = others
    .filter(({ id }) => id !== customer.id)
    .map((other) => `<a href="${url('', other)}">${escapeHtml(other.name)}的邮箱</a>`);
  return `${bar(
    `<details class="mail-menu"><summary class="phone-icon" aria-label="更多"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h16M4 12h16M4 17h16"/></svg></summary>
      <div class="phone-sheet">${people.join('')}${people.length > 0 ? '<hr>' : ''}<form method="post" action="${url('/away', customer)}"><button>${away ? '关闭' : '开启'}休假自动回复</button></form></div></details>`,
    '收件箱',
    customer.address,
    `<a class="phone-icon" href="${url('/compose', customer)}" aria-label="写邮件"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20h4L19 9l-4-4L4 16v4zM13 7l4 4"/></svg></a>`,
  )}
${away ? '<p class="mail-away">休假自动回复已开启，收到的邮件会自动回复。</p>' : ''}
<ul class="mail-list">${rows.join('') || '<li class="mail-none">还没有邮件<small>写一封试试</small></li>'}</ul>`;
}

function row(customer: Customer, thread: readonly Seen[]): string {
  const newest = thread.at(-1);
  if (!newest) return '';
  const unread = thread.some(({ letter }) => !letter.flags.includes('\\Seen'));
  const { words } = wordsOf(newest.mail);
  const count = thread.length > 1 ? `<i>${thread.length}</i>` : '';
  const hasFile = thread.some(({ mail }) => mail.attachments.length > 0);
  const sent = newest.letter.sent ? '我：' : '';
  return `<li${unread ? ' class="unread"' : ''}><a href="${url('/letter', customer, { uid: String(newest.letter.uid) })}">
<b>${escapeHtml(partyOf(newest))}${count}</b><time>${full(newest.letter.at)}</time>
<span>${escapeHtml(newest.mail.subject?.trim() || '（无主题）')}${hasFile ? '<em aria-label="有附件">附件</em>' : ''}</span>
<p>${escapeHtml(sent + words.replace(/\s+/g, ' ').slice(0, 120))}</p></a></li>`;
}

export function threadView(customer: Customer, thread: readonly Seen[]): string {
  const newest = thread.at(-1);
  const subject = (thread[0]?.mail.subject ?? '').replace(/^((re|回复)\s*[:：]\s*)+/i, '') || '（无主题）';
  const lastOfThem = thread.findLast(({ letter }) => !letter.sent) ?? newest;
  if (!newest || !lastOfThem) return '';
  return `${bar(backTo(url('', customer)), subject, `${thread.length} 封邮件`, '')}
<ol class="mail-thread" id="thread">${thread.map((one) => letterView(customer, one)).join('')}</ol>
${answerForm(customer, thread, lastOfThem, subject)}
<script>{const one=document.getElementById('thread'),down=()=>{one.scrollTop=one.scrollHeight};down();addEventListener('load',down)}</script>`;
}

function letterView(customer: Customer, { letter, mail }: Seen): string {
  const { words, quoted } = wordsOf(mail);
  const files = mail.attachments.map((file, index) => {
    const href = url('/file', customer, { uid: String(letter.uid), file: String(index) });
    const name = escapeHtml(file.filename ?? '附件');
    return file.contentType.startsWith('image/')
      ? `<a class="mail-picture" href="${href}"><img src="${href}" alt="${name}"></a>`
      : `<a class="mail-file" href="${href}"><b>${name}</b><small>${Math.ceil(file.content.length / 1024)} KB</small></a>`;
  });
  const who = letter.sent
    ? customer.name
    : mail.from?.value[0]?.name || mail.from?.value[0]?.address || '未知发件人';
  return `<li class="${letter.sent ? 'mine' : 'theirs'}"><header><span class="phone-face" aria-hidden="true">${escapeHtml(who.slice(0, 1))}</span><b>${escapeHtml(who)}</b><time>${full(letter.at)}</time></header>
<div class="mail-words">${escapeHtml(words)}</div>${files.join('')}
${quoted ? `<details><summary aria-label="引用的内容">•••</summary><div class="mail-words">${escapeHtml(quoted)}</div></details>` : ''}</li>`;
}

function answerForm(customer: Customer, thread: readonly Seen[], last: Seen, subject: string): string {
  const to = (last.letter.sent ? [last.mail.to].flat()[0] : last.mail.from)?.value[0]?.address ?? '';
  const answers = thread.map(({ mail }) => mail.messageId ?? '').filter(Boolean);
  const own = last.mail.messageId ?? '';
  const ids = [...answers.filter((id) => id !== own), own].map((id) => id.replace(/[<>]/g, '')).join(' ');
  const { words } = wordsOf(last.mail);
  const from = last.mail.from?.value[0];
  const quoted = `\n\n\n------------------ 原始邮件 ------------------\n发件人: "${from?.name || from?.address}" <${from?.address}>;\n发送时间: ${full(last.letter.at)}\n收件人: "${customer.name}" <${customer.address}>;\n主题: ${last.mail.subject ?? ''}\n\n${words}\n`;
  const hidden = (name: string, value: string) =>
    `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  const here = `${PAGE}/letter?${new URLSearchParams({ as: customer.id, uid: String(last.letter.uid) })}`;
  return `<form class="mail-answer" method="post" enctype="multipart/form-data" action="${url('/send', customer)}">
${hidden('to', to)}${hidden('subject', `回复：${subject}`)}${hidden('answers', ids)}${hidden('back', here)}<textarea name="quoted" hidden>${escapeHtml(quoted)}</textarea>
<textarea name="text" rows="2" placeholder="回复 ${escapeHtml(to)}" aria-label="回复" required></textarea>
${attach}<button class="mail-send">发送</button></form>`;
}

export function composeView(customer: Customer, house: readonly Account[], to: string): string {
  const [first] = house;
  return `<form class="mail-compose" method="post" enctype="multipart/form-data" action="${url('/send', customer)}">
${bar(backTo(url('', customer)), '写邮件', customer.address, '<button class="mail-send">发送</button>')}
<label>收件人<input name="to" type="email" required value="${escapeHtml(to || first?.address || '')}"></label>
<label>主题<input name="subject" maxlength="200" placeholder="请输入主题"></label>
<textarea name="text" placeholder="正文" aria-label="正文" required></textarea>
${attach}</form>`;
}
