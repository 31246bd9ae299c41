import { isRecord } from '../../kernel/shape.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';

/** A message as the client shows it. */
export interface Shown {
  type: string;
  content: Record<string, unknown>;
}

/** Bytes of `msgParam`. Source: the-robot-sends-a-group-message; for one-to-one messages no number is given. */
const PARAM_BYTES_MAX = 15_000;
const fileTypes = ['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx'];

const templates: Readonly<Record<string, { type: string; params: readonly string[] }>> = {
  sampleText: { type: 'text', params: ['content'] },
  sampleMarkdown: { type: 'markdown', params: ['title', 'text'] },
  sampleImageMsg: { type: 'image', params: ['photoURL'] },
  sampleLink: { type: 'link', params: ['text', 'title', 'picUrl', 'messageUrl'] },
  sampleActionCard: { type: 'actionCard', params: ['title', 'text', 'singleTitle', 'singleURL'] },
  ...Object.fromEntries(
    [2, 3, 4, 5].map((count) => [
      `sampleActionCard${count}`,
      { type: 'actionCard', params: ['title', 'text', ...buttonParams('actionTitle', 'actionURL', count)] },
    ]),
  ),
  sampleActionCard6: {
    type: 'actionCard',
    params: ['title', 'text', ...buttonParams('buttonTitle', 'buttonUrl', 2)],
  },
  sampleAudio: { type: 'audio', params: ['mediaId', 'duration'] },
  sampleFile: { type: 'file', params: ['mediaId', 'fileName', 'fileType'] },
  sampleVideo: { type: 'video', params: ['duration', 'videoMediaId', 'videoType', 'picMediaId'] },
};

function buttonParams(title: string, url: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => [`${title}${index + 1}`, `${url}${index + 1}`]).flat();
}

/**
 * Reads `msgKey` and `msgParam` of the sending APIs.
 *
 * @throws Refusal in the words of the APIs' error tables
 * Source: robot-message-type (接口方式, 数据格式).
 */
export function readTemplateMessage(tenant: Tenant, msgKey: string, msgParam: string): Shown {
  if (msgKey === '') throw new Refusal('invalidParameter.msgKey.empty', '缺少msgKey');
  const template = Object.hasOwn(templates, msgKey) ? templates[msgKey] : undefined;
  if (!template) throw new Refusal('invalidParameter.msgKey.invalid', `msgKey无效: ${msgKey}`);
  if (Buffer.byteLength(msgParam) > PARAM_BYTES_MAX)
    throw new Refusal('invalidParameter.msgParam.tooLong', '消息内容太长');
  const params = parse(msgParam);
  const missing = template.params.filter((name) => params[name] === undefined || params[name] === '');
  // Only the sample for sampleLink has a picture; a link without one is known to be sent.
  const needed = missing.filter((name) => name !== 'picUrl');
  if (needed.length > 0)
    throw new Refusal('invalidParameter.param.invalid', `参数不合法: ${needed.join(', ')} is required`);
  checkMedia(tenant, params);
  return { type: template.type, content: contentOf(template.type, params) };
}

function parse(msgParam: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(msgParam);
  } catch {
    value = undefined;
  }
  if (!isRecord(value)) throw new Refusal('invalidParameter.msgParam.invalid', 'msgParam必须是json格式');
  return value;
}

function checkMedia({ state }: Tenant, params: Record<string, unknown>): void {
  for (const name of ['mediaId', 'videoMediaId', 'picMediaId', 'photoURL']) {
    const given = params[name];
    if (given === undefined || (typeof given === 'string' && /^https?:\/\//.test(given))) continue;
    if (typeof given !== 'string' || !state.resources.get(given))
      throw new Refusal('invalidParameter.param.invalid', `参数不合法: ${name} ${given} was never uploaded`);
  }
  const { fileType } = params;
  if (fileType !== undefined && !fileTypes.includes(String(fileType)))
    throw new Refusal('invalidParameter.param.invalid', `参数不合法: fileType ${fileTypes.join(', ')}`);
}

function contentOf(type: string, params: Record<string, unknown>): Record<string, unknown> {
  if (type !== 'actionCard') return params;
  const { title, text } = params;
  const pairs = [
    ...[1, 2, 3, 4, 5].map((n) => [params[`actionTitle${n}`], params[`actionURL${n}`]]),
    ...[1, 2].map((n) => [params[`buttonTitle${n}`], params[`buttonUrl${n}`]]),
    [params.singleTitle, params.singleURL],
  ];
  const buttons = pairs
    .filter(([label]) => label !== undefined)
    .map(([label, url]) => ({ title: label, url }));
  return { title, text, buttons, horizontal: params.buttonTitle1 !== undefined };
}
