import { createHmac } from 'node:crypto';
import { renderWecom } from '../../cards/wecom/render.js';
import { text } from '../../core/i18n/texts.js';
import type { ClickAnswer } from '../../core/ports/bot.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import { writeXml } from '../../core/text/xml.js';
import { passiveCard } from './card-xml.js';
import type { WecomCredentials } from './credentials.js';
import { envelopeOf, type Opened, openDelivery } from './envelope.js';
import { heard } from './read.js';

/**
 * What a click is answered with: the card as it now stands, in the copy of who clicked, with the toast's words on it. An
 * answer without a card says nothing at all: all that WeCom could do with its words is put them in place of the buttons
 * (`update_button`), and a word in passing must not take the buttons away. Core says it by a message instead.
 *
 * A repeat of the delivery is answered in the same bytes: what has to look random is made from the delivery, by a key that
 * only we and WeCom have.
 * Source: developer.work.weixin.qq.com, 被动回复消息格式 → 模板卡片更新消息 (path/90241).
 */
export function answerClick(
  { toast, card }: ClickAnswer,
  delivery: Delivery,
  credentials: WecomCredentials,
): Response {
  const opened = openDelivery(delivery, credentials);
  const drawn =
    card && renderWecom(card, { where: 'app', notice: toast, replaced: text(card.locale, 'card.settled') });
  if (!drawn || 'refused' in opened) return heard;
  const sender = 'FromUserName' in opened.fields ? opened.fields.FromUserName : undefined;
  const plain = writeXml({
    ToUserName: `${sender ?? ''}`,
    FromUserName: credentials.corpId,
    CreateTime: Number(opened.timestamp),
    MsgType: 'update_template_card',
    TemplateCard: passiveCard(drawn),
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: sealed(plain, opened, credentials),
  };
}

/** The envelope of a passive reply. */
function sealed(plain: string, { ciphertext, timestamp }: Opened, credentials: WecomCredentials): string {
  const envelope = envelopeOf(credentials);
  const chance = createHmac('sha256', credentials.encodingAesKey).update(`${ciphertext}\n${plain}`).digest();
  const Encrypt = envelope.seal(plain, chance.subarray(0, 16));
  const Nonce = chance.subarray(16, 24).toString('hex');
  const MsgSignature = envelope.signature(timestamp, Nonce, Encrypt);
  return writeXml({ Encrypt, MsgSignature, TimeStamp: Number(timestamp), Nonce });
}
