import { readFileSync } from 'node:fs';
import { type ParsedMail, simpleParser } from 'mailparser';
import { escapeHtml } from '../kernel/html.js';
import type { Reply, Request } from '../kernel/http.js';
import { readMultipart } from '../kernel/multipart.js';
import type { Letter, Mailroom } from './mailroom.js';
import { composeView, inboxView, PAGE, type Seen, threadKey, threadView } from './views.js';
import type { Customer } from './world.js';
import { written } from './write.js';

const styles = ['../phone/phone.css', './webmail.css'].map((file) =>
  readFileSync(new URL(file, import.meta.url), 'utf8'),
);

/** A customer's webmail on a phone: what lies in their mailbox, a thread, an answer, and the switch for being away. */
export async function webmail(mailroom: Mailroom, request: Request): Promise<Reply> {
  const { query, path } = request;
  const [first] = [...mailroom.customers.values()];
  const customer = mailroom.customers.get(query.get('as') ?? first?.id ?? '');
  if (!customer) return html(404, '打不开', '', '<p class="loading">没有这位顾客</p>');
  const address = customer.address.toLowerCase();
  if (request.method === 'POST') return acted(mailroom, customer, request);
  const seen = await Promise.all(mailroom.lettersOf(address, true).map(opened));
  if (path === `${PAGE}/file`) return fileOf(seen, Number(query.get('uid')), Number(query.get('file')));
  const house = [...mailroom.accounts.values()];
  const others = [...mailroom.customers.values()];
  if (path === `${PAGE}/compose`)
    return html(200, '写邮件', address, composeView(customer, house, query.get('to') ?? ''), false);
  if (path === `${PAGE}/letter`) {
    const uid = Number(query.get('uid'));
    const thread = threadOf(seen, uid);
    if (thread.length === 0) return html(404, '打不开', '', '<p class="loading">没有这封邮件</p>');
    for (const { letter } of thread)
      if (!letter.flags.includes('\\Seen')) mailroom.flag(letter, [...letter.flags, '\\Seen']);
    return html(200, thread[0]?.mail.subject ?? '邮件', address, threadView(customer, thread));
  }
  return html(
    200,
    `${customer.name}的邮箱`,
    address,
    inboxView(customer, seen, others, mailroom.away.get(customer.id) !== undefined),
  );
}

const parsedOnce = new WeakMap<Letter, Promise<ParsedMail>>();

async function opened(letter: Letter): Promise<Seen> {
  let mail = parsedOnce.get(letter);
  if (!mail) {
    mail = simpleParser(Buffer.from(letter.source, 'latin1'), { keepCidLinks: true, checksumAlgo: false });
    parsedOnce.set(letter, mail);
  }
  return { letter, mail: await mail };
}

/** What belongs to one subject with one other party, the oldest first. */
function threadOf(seen: readonly Seen[], uid: number): Seen[] {
  const one = seen.find(({ letter }) => letter.uid === uid);
  if (!one) return [];
  return seen.filter((other) => threadKey(other) === threadKey(one));
}

function fileOf(seen: readonly Seen[], uid: number, index: number): Reply {
  const file = seen.find(({ letter }) => letter.uid === uid)?.mail.attachments[index];
  if (!file) return { status: 404, body: { error: { message: 'there is no such file' } } };
  const shown = /^image\/(png|jpeg|gif|webp)$/.test(file.contentType);
  return {
    status: 200,
    headers: {
      'content-type': shown ? file.contentType : 'application/octet-stream',
      'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.filename ?? 'file')}`,
      'x-content-type-options': 'nosniff',
    },
    body: file.content,
  };
}

function acted(mailroom: Mailroom, customer: Customer, request: Request): Reply {
  const as = new URLSearchParams({ as: customer.id });
  if (request.path === `${PAGE}/away`) {
    if (mailroom.away.get(customer.id)) mailroom.away.delete(customer.id);
    else mailroom.away.put(customer.id, { text: `您好，我正在休假，回来后会尽快回复您。\n${customer.name}` });
    return back(`${PAGE}?${as}`);
  }
  const parts = readMultipart(request.headers['content-type'], request.body);
  if (request.path !== `${PAGE}/send` || !parts)
    return { status: 404, body: { error: { message: 'there is nothing to do here' } } };
  const field = (name: string) => parts.find((part) => part.name === name)?.body.toString('utf8') ?? '';
  const to = field('to').trim();
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(to))
    return html(400, '写邮件', '', '<p class="loading">收件人地址不对</p>');
  const files = parts
    .filter(({ fileName, body }) => fileName && body.length > 0)
    .map(({ fileName = '', body }) => ({ name: fileName, mime: 'application/octet-stream', bytes: body }));
  const source = written({
    id: mailroom.newId(),
    from: customer,
    to,
    subject: field('subject'),
    text: field('text').replace(/\r\n/g, '\n') + field('quoted').replace(/\r\n/g, '\n'),
    at: mailroom.now(),
    answers: field('answers').split(' ').filter(Boolean),
    files,
  });
  mailroom.keepSent(customer.address.toLowerCase(), source);
  mailroom.post(customer.address.toLowerCase(), [to], source);
  return back(field('back').startsWith(`${PAGE}/`) ? field('back') : `${PAGE}?${as}`);
}

const back = (location: string): Reply => ({ status: 303, headers: { location }, body: '' });

/** A page is drawn anew when a letter comes, unless somebody is writing on it. */
function html(status: number, title: string, address: string, body: string, live = true): Reply {
  const stream = `/control/stream?${new URLSearchParams({ platform: 'email', as: address })}`;
  const script =
    live && address
      ? `<script>new EventSource(${JSON.stringify(stream)}).addEventListener('message',e=>{let t='';try{t=JSON.parse(e.data).type}catch{}if(t==='message'&&!document.querySelector('textarea:not(:placeholder-shown)'))location.reload()})</script>`
      : '';
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${styles.join('\n')}</style>
</head>
<body class="webmail">
<div id="phone">${body}</div>
${script}
</body>
</html>
`,
  };
}
