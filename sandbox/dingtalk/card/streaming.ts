import { boolean, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { cardOf, merge } from './instances.js';
import { readTemplate } from './template.js';

/** Bytes of one call. The page asks for 1 KB, live channels send 18 KB; what is refused as too large is not documented. */
const CONTENT_BYTES_MAX = 18 * 1024;
const GUIDS_KEPT = 200;

/** What `flowStatus` says of an AI card. Source: ai-card-template; the numbers are the official SDK's. */
const flow = { typing: '2', finished: '3', failed: '5' };

const shape = object({
  outTrackId: optional(text()),
  guid: optional(text()),
  key: optional(text()),
  content: optional(text()),
  isFull: optional(boolean),
  isFinalize: optional(boolean),
  isError: optional(boolean),
});

/** The typewriter of AI cards. Source: api-streamingupdate. */
export const streamingRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'PUT', pattern: '/v1.0/card/streaming', permission: 'Card.Streaming.Write' },
    handle: (call) => {
      stream(tenant, call);
      return { success: true, result: true };
    },
  },
];

function stream(tenant: Tenant, { app, request }: Call): void {
  const given = readJson(request, shape);
  if (!given.outTrackId) throw new Refusal('param.stream.outTrackId');
  if (!given.guid) throw new Refusal('param.stream.guidEmpty');
  if (!given.key) throw new Refusal('param.stream.keyEmpty');
  if (given.content === undefined) throw new Refusal('param.stream.contentEmpty');
  if (Buffer.byteLength(given.content) > CONTENT_BYTES_MAX)
    throw new Refusal('param.stream.content', 'content is too large');
  const card = cardOf(tenant, app, given.outTrackId);
  const template = readTemplate(tenant.state.templates.get(card.template)?.source);
  if (!template.isAi) throw new Refusal('param.invalid', 'the template is of no AI scene');
  const variable = template.variables.find(({ name }) => name === given.key);
  if (!variable) throw new Refusal('param.invalid', `the template has no variable ${given.key}`);
  if (variable.type === 'markdown' && given.isFull !== true) throw new Refusal('param.stream.isFull');
  if (card.guids.includes(given.guid)) return;
  const isOver = card.cardData.flowStatus === flow.finished || card.cardData.flowStatus === flow.failed;
  if (isOver) throw new Refusal('param.invalid', 'the card is finished');
  card.guids = [...card.guids, given.guid].slice(-GUIDS_KEPT);
  const before = given.isFull === true ? '' : (card.cardData[given.key] ?? '');
  const flowStatus = given.isError ? flow.failed : given.isFinalize ? flow.finished : flow.typing;
  merge(tenant, card, {
    cardData: { [given.key]: before + given.content, flowStatus },
    byKey: { cardData: true, privateData: true },
  });
}
