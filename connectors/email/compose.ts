import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailAccount } from './account.js';
import { answering, type Thread } from './thread.js';

export interface Written {
  /** Without its brackets. */
  id: string;
  to: string;
  text: string;
  file?: { name: string; mime: string; bytes: Buffer };
  thread: Thread;
  at: number;
  /** Nobody of the house typed it: other machines are asked not to answer it. */
  automatic: boolean;
}

/** The mail's source, the same for every attempt of one send. */
export async function sourceOf(letter: Written, { address, name, signature }: EmailAccount): Promise<Buffer> {
  const { id, to, text, file, thread, at, automatic } = letter;
  const signed = signature.trim() === '' ? '' : signature.trim();
  const mail = new MailComposer({
    from: { name, address },
    to: { name: '', address: to },
    subject: answering(thread.subject, `来自${name}的回复`),
    messageId: `<${id}>`,
    date: new Date(at),
    ...(thread.inReplyTo && {
      inReplyTo: `<${thread.inReplyTo}>`,
      references: thread.references.map((one) => `<${one}>`),
    }),
    headers: automatic
      ? { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' }
      : { 'X-Auto-Response-Suppress': 'OOF, AutoReply' },
    text: signed === '' ? text : `${text}\n\n-- \n${signed}`,
    html: htmlOf(text, signed),
    attachments: file ? [{ filename: file.name, contentType: file.mime, content: file.bytes }] : [],
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

const style = 'font:15px/1.7 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;color:#1f2329';

function htmlOf(text: string, signature: string): string {
  const below =
    signature === '' ? '' : `<p style="color:#8f959e;font-size:13px;margin-top:24px">${lines(signature)}</p>`;
  return `<div style='${style}'><p>${lines(text).replace(/(<br>){2,}/g, '</p><p>')}</p>${below}</div>`;
}

const lines = (text: string): string => escaped(text).replace(/\r\n?|\n/g, '<br>');

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
