import { renderWecom } from '../../cards/wecom/render.js';
import type { BotParts } from '../../core/ports/bot.js';
import { type Choice, type Courier, type Outgoing, SendError } from '../../core/ports/courier.js';
import type { AibotCredentials } from './credentials.js';
import { download } from './download.js';
import { halfSaid } from './errors.js';
import { limitsOf } from './limits.js';
import { lineSender } from './over-line.js';
import { replySender } from './over-reply.js';
import type { Destination } from './sender.js';
import { inert, partsOf } from './text.js';

/** Bubbles that follow each other; what makes them inert may make them three times as long. */
const mergesUpTo = 6_000;
/** A repeat of an answer is of use as long as it takes to be connected again. */
const repeatsForMs = 60_000;

/**
 * Sends as the bot. Where WeCom is connected to, that is over the connection, and anybody who has spoken to the bot can be
 * written to; where WeCom calls an address, nothing but an answer to what was said can be sent.
 *
 * Nothing sent here has an idempotency key, so what became of a send of unknown fate is shown and not repeated by itself.
 * The exception are words that answer a message over the connection: they are a stream that is finished at once, and its
 * id follows from the send. A repeat finds the stream as it left it (WeCom says 846608), and `over-line.ts` sees to it that
 * a repeat is never said another way.
 */
export function aibotCourier(credentials: AibotCredentials, parts: BotParts): Courier {
  const overLine = /^wss?:/i.test(parts.baseUrl);
  const sender = overLine ? lineSender(parts) : replySender(credentials, parts);

  /** The words before a file say whose it is. */
  async function sendFile(out: Extract<Outgoing, { kind: 'media' }>, key: string): Promise<void> {
    const to = placeOf(out);
    if (out.caption === undefined) return sender.file(to, out.media, key);
    await sender.words(to, inert(out.caption), `${key}-words`);
    await sender.file(to, out.media, key).catch((error: unknown) => {
      throw halfSaid(error);
    });
  }

  /** What can be neither pressed nor opened says more in plain words. */
  async function sendCard(out: Extract<Outgoing, { kind: 'card' }>, key: string): Promise<void> {
    const card = renderWecom(out.card, { where: 'aibot', taskId: key });
    await (card
      ? sender.card(placeOf(out), card, key)
      : sender.words(placeOf(out), inert(out.card.plain), key));
  }

  return {
    mergesUpTo,
    needsLine: overLine,
    certainty(out) {
      if (out.kind === 'redraw' || out.kind === 'recall' || out.kind === 'edit')
        return { kind: 'repeatable' };
      return overLine && isOneAnswer(out) ? { kind: 'keyed', lifeMs: repeatsForMs } : { kind: 'unkeyed' };
    },
    limits: limitsOf,
    async send(out, key) {
      switch (out.kind) {
        case 'text':
          await sender.words(placeOf(out), withChoices(out.text, out.choices), key);
          break;
        case 'media':
          await sendFile(out, key);
          break;
        case 'card':
          await sendCard(out, key);
          break;
        case 'redraw':
          throw impossible('redraw', 'an AI bot changes a card only in the answer to a press of it');
        case 'edit':
        case 'recall':
          throw impossible('recall', 'an AI bot can take nothing back');
      }
      return { messageId: key };
    },
    fetchMedia: (_, handle) => download(handle, credentials),
  };
}

const impossible = (code: string, why: string): SendError => new SendError('refused', code, why);

function placeOf({ to }: Extract<Outgoing, { to: unknown }>): Destination {
  if (to.kind !== 'topic') return to;
  throw impossible('topic', 'WeCom has no topics');
}

/** Words that answer a message and fit one stream. */
const isOneAnswer = (out: Outgoing): boolean =>
  out.kind === 'text' &&
  out.to.kind !== 'topic' &&
  out.to.reply !== undefined &&
  partsOf(withChoices(out.text, out.choices)).length === 1;

function withChoices(text: string, choices: Choice[] = []): string {
  const offers = choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`));
  return inert([text, ...offers].join('\n'));
}
