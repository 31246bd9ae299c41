import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import type { Delivery, Holds, Response } from '../../core/ports/delivery.js';
import { writeXml } from '../../core/text/xml.js';
import type { OfficialAccount } from './account.js';
import { openDelivery, sealAnswer } from './envelope.js';
import { success } from './read.js';
import { answerWithinMs, hungUpMs, replyIn, triesMax } from './reply.js';
import { Turn } from './turn.js';

const parties = z.object({ ToUserName: z.string(), FromUserName: z.string() });

/**
 * The answer to a push: our first words, if they come within the five seconds that WeChat waits. Without custom/send there
 * is no other way to say anything, so WeChat's further tries of the same push are waited in as well: each but the last goes
 * unanswered when nothing was said, which makes WeChat come again.
 * Source: developers.weixin.qq.com, 被动回复用户消息.
 */
export async function answerHeld(
  holds: Holds,
  delivery: Delivery,
  account: OpenAccount<OfficialAccount>,
  host: ChannelHost,
): Promise<Response> {
  const reply = replyIn(holds.reply);
  if (!reply) return success();
  const { settings } = account;
  const begun = performance.now();
  const turn = new Turn(host.shared(account), host.clock, reply.id);
  const isLast = settings.certified || (await turn.tries()) >= triesMax;
  const goneMs = host.clock.now() - reply.at;
  const words = await turn.take(Math.min(holds.forMs, answerWithinMs) - goneMs, isLast);
  if (words !== undefined) return saying(words, delivery, settings, reply.at);
  if (!isLast) await delay(Math.max(0, Math.min(holds.forMs, hungUpMs) - (performance.now() - begun)));
  return success();
}

function saying(words: string, delivery: Delivery, settings: OfficialAccount, now: number): Response {
  const opened = openDelivery(delivery, settings, now);
  const found = 'fields' in opened ? parties.safeParse(opened.fields).data : undefined;
  if (!found) return success();
  const plain = writeXml({
    ToUserName: found.FromUserName,
    FromUserName: found.ToUserName,
    CreateTime: Math.floor(now / 1000),
    MsgType: 'text',
    Content: words,
  });
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  return { status: 200, headers, body: sealAnswer(plain, settings, now) };
}
