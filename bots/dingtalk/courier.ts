import { z } from 'zod';
import type { BotParts } from '../../core/ports/bot.js';
import {
  type Choice,
  type Courier,
  type Outgoing,
  type Place,
  SendError,
  type Sent,
} from '../../core/ports/courier.js';
import { postCard, redrawCard } from './card.js';
import { type DingtalkClient, dingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';
import { fetchFile } from './download.js';
import { id } from './fields.js';
import { chatOf, limitsOf } from './limits.js';
import { type Written, writeMedia } from './media.js';
import { messageIdIn, sentAs } from './place.js';
import { inert, pieces } from './text.js';

/** A card's id is never forgotten; a repeat after days would still be the same card. */
const cardKeyLifeMs = 7 * 24 * 3_600_000;

/** Merged texts stay short enough to be read at once. Every merge spares a call of the month's. */
const mergedMaxBytes = 3_000;

const progressLifeMs = 24 * 3_600_000;
/** An agent's chat may be asked for too much; how soon it is worth another try is not documented. */
const flowControlMs = 5_000;

const names = z.array(z.string()).nullish();
const sentAnswer = z.object({
  processQueryKey: id,
  invalidStaffIdList: names,
  flowControlledStaffIdList: names,
});
const nothing = z.object({});

/**
 * Sends as the app's robot, and never through a session's webhook, which ends after 90 minutes. What several customers
 * write looks alike here: no message can quote another.
 *
 * Sources: open.dingtalk.com, 批量发送人与机器人会话中机器人消息; 机器人发送群聊消息; 批量撤回人与机器人会话中机器人消息;
 * 企业机器人撤回内部群消息.
 */
export function dingtalkCourier(credentials: DingtalkCredentials, parts: BotParts): Courier {
  const { robotCode } = credentials;
  const client = dingtalkClient(credentials, parts);

  async function post(to: Place, { msgKey, param }: Written): Promise<Sent> {
    const message = { robotCode, msgKey, msgParam: JSON.stringify(param) };
    if (to.kind !== 'direct') {
      const chat = chatOf(to);
      const body = { ...message, openConversationId: chat };
      const call = { method: 'POST', path: '/v1.0/robot/groupMessages/send', body } as const;
      const { processQueryKey } = await client.call(call, sentAnswer);
      return { messageId: messageIdIn(chat, processQueryKey) };
    }
    const body = { ...message, userIds: [to.person] };
    const call = { method: 'POST', path: '/v1.0/robot/oToMessages/batchSend', body } as const;
    const { processQueryKey, ...missed } = await client.call(call, sentAnswer);
    if (missed.invalidStaffIdList?.length) {
      throw new SendError('refused', 'invalid-staff', 'DingTalk knows nobody by this id in the app’s range');
    }
    if (missed.flowControlledStaffIdList?.length) {
      throw new SendError('later', 'flow-controlled', 'the person was sent too much at once', {
        retryAfterMs: flowControlMs,
      });
    }
    return { messageId: messageIdIn(undefined, processQueryKey) };
  }

  /**
   * What takes several messages is sent one after the other. How many have arrived is kept, so that a repeat goes on from there.
   * Once one has, "refused" would not be true of the whole.
   */
  async function postAll(to: Place, all: readonly (() => Promise<Written>)[], key: string): Promise<Sent> {
    if (all.length === 1 && all[0]) return post(to, await all[0]());
    const place = `dingtalk-sent:${robotCode}:${key}`;
    let done = Number((await parts.shared.get(place)) ?? 0);
    let sent: Sent | undefined;
    for (const write of all.slice(done)) {
      try {
        sent = await post(to, await write());
      } catch (error) {
        throw done > 0 && error instanceof SendError && error.fate === 'refused' ? partly(error) : error;
      }
      done += 1;
      await parts.shared.set(place, String(done), parts.clock.now() + progressLifeMs);
    }
    if (!sent) throw new SendError('unknown', 'repeated', 'all of it was sent before');
    return sent;
  }

  async function recall(messageId: string): Promise<Sent> {
    const { key, chat } = sentAs(messageId);
    const body = { robotCode, processQueryKeys: [key] };
    const call =
      chat === undefined
        ? { method: 'POST' as const, path: '/v1.0/robot/otoMessages/batchRecall', body }
        : {
            method: 'POST' as const,
            path: '/v1.0/robot/groupMessages/recall',
            body: { ...body, openConversationId: chat },
          };
    await client.call(call, nothing);
    return { messageId };
  }

  return {
    mergesUpTo: mergedMaxBytes,
    certainty(out) {
      if (out.kind === 'redraw' || out.kind === 'recall') return { kind: 'repeatable' };
      return out.kind === 'card' ? { kind: 'keyed', lifeMs: cardKeyLifeMs } : { kind: 'unkeyed' };
    },
    limits: (out) => limitsOf(out, credentials),
    async send(out: Outgoing, key: string) {
      switch (out.kind) {
        case 'text':
          return postAll(out.to, textsOf(out.text, out.choices), key);
        case 'media':
          return postAll(out.to, mediaOf(client, out), key);
        case 'card':
          return postCard(client, credentials, out, key);
        case 'redraw':
          return redrawCard(client, out.messageId, out.card);
        case 'recall':
          return recall(out.messageId);
        case 'edit':
          throw new SendError('refused', 'unsupported', 'what staff were sent is not changed');
      }
    },
    fetchMedia: (_messageId, handle) => fetchFile(client, credentials, parts.baseUrl, handle),
  };
}

const partly = (error: SendError): SendError =>
  new SendError('unknown', error.code, `only the beginning was sent: ${error.message}`);

function textsOf(text: string, choices: Choice[] = []): (() => Promise<Written>)[] {
  const offers = choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`));
  return pieces(inert([text, ...offers].join('\n'))).map((content) => async () => ({
    msgKey: 'sampleText',
    param: { content },
  }));
}

/** The words go first: they say whose file it is. */
function mediaOf(
  client: DingtalkClient,
  { media, caption }: Extract<Outgoing, { kind: 'media' }>,
): (() => Promise<Written>)[] {
  const file = () => writeMedia(client, media);
  return caption === undefined ? [file] : [...textsOf(caption), file];
}
