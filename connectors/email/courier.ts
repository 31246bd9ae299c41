import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { type Choice, type Courier, type Outgoing, SendError } from '../../core/ports/courier.js';
import type { EmailAccount } from './account.js';
import { sourceOf } from './compose.js';
import { ownId } from './own-id.js';
import { post } from './smtp.js';
import { threadOf } from './thread.js';

/** What providers take for one letter, the longer form of its files in it included. */
const fileBytesMax = 18 * 1024 * 1024;
const threadMax = 60;

/**
 * Sends letters by SMTP, which knows no repeated letter: one whose fate is unknown is not sent again. The Message-ID is made
 * of the send's key, so answers and bounces find back to it.
 */
export function emailCourier(account: OpenAccount<EmailAccount>, host: ChannelHost): Courier {
  const { settings } = account;
  return {
    /** Bubbles that an agent wrote one after the other are one letter. */
    mergesUpTo: 16_000,
    certainty: () => ({ kind: 'unkeyed' }),
    limits: () => [
      {
        scope: 'smtp minute',
        everyMs: 60_000 / settings.perMinute,
        burst: Math.max(1, Math.floor(settings.perMinute / 2)),
      },
      {
        scope: 'smtp day',
        everyMs: 86_400_000 / settings.perDay,
        burst: Math.max(1, Math.floor(settings.perDay / 2)),
      },
    ],
    async send(out, key) {
      const { to, text, file, quote, automatic = false } = await contentOf(out);
      const shown = await host.earlier(account, to, Number.MAX_SAFE_INTEGER, threadMax);
      const id = ownId(key, settings.address);
      const thread = threadOf(shown, quote);
      await post(
        account,
        to,
        await sourceOf({ id, to, text, file, thread, at: host.clock.now(), automatic }, settings),
      );
      return { messageId: id };
    },
  };
}

interface Content {
  to: string;
  text: string;
  file?: { name: string; mime: string; bytes: Buffer };
  quote?: string;
  automatic?: boolean;
}

async function contentOf(out: Outgoing): Promise<Content> {
  if (!('to' in out))
    throw new SendError('refused', 'unsupported', 'a letter cannot be taken back or changed');
  const to = out.to.kind === 'direct' ? out.to.person : '';
  if (!/^[^\s<>,;:"\p{Cc}]+@[^\s<>,;:"\p{Cc}]+$/u.test(to))
    throw new SendError('refused', 'address', 'this is no mail address');
  if (out.kind === 'card') return { to, text: out.card.plain, automatic: true };
  const { quote, automatic } = out;
  if (out.kind === 'text')
    return { to, text: [out.text, ...inWords(out.choices)].join('\n'), quote, automatic };
  const { name, mime } = out.media;
  const bytes = await out.media.bytes();
  if (bytes.length > fileBytesMax)
    return {
      to,
      text: [out.caption, `${name}\n${out.media.url}`].filter(Boolean).join('\n\n'),
      quote,
      automatic,
    };
  return { to, text: out.caption || `附件：${name}`, file: { name, mime, bytes }, quote, automatic };
}

/** There is nothing to press in a letter: what may be answered is written below it. */
const inWords = (choices: readonly Choice[] | undefined): string[] =>
  choices?.length ? ['', ...choices.map(({ label }) => `· ${label}`)] : [];
