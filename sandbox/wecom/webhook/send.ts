import { createHash } from 'node:crypto';
import type { Request } from '../../kernel/http.js';
import { isRecord } from '../../kernel/shape.js';
import { type Result, readBody } from '../api.js';
import type { Corp } from '../corp.js';
import { imageMime, upload } from '../media.js';
import { addressIn, articlesIn, mediaIn, textIn } from '../message/content.js';
import { cutBytes } from '../message/cut.js';
import { post } from '../message/posting.js';
import { claimTask, refuseBadCard } from '../message/send.js';
import { refuse } from '../refusal.js';

/** Source: 消息推送配置说明 (群机器人). The byte limit of `markdown_v2` is unverified. */
const PER_MINUTE = [{ times: 20, perMs: 60_000 }];
const TEXT_BYTES_MAX = 2_048;
const MARKDOWN_BYTES_MAX = 4_096;
const IMAGE_BYTES_MAX = 2 * 1024 * 1024;

type Given = Record<string, unknown>;
type Hook = NonNullable<ReturnType<Corp['state']['webhookByKey']>>;

/** The two calls that are known by a key in the address instead of a token; `undefined` for other paths. */
export function answerWebhook(corp: Corp, request: Request): Result | undefined {
  const isSend = request.path === '/cgi-bin/webhook/send';
  if (!isSend && request.path !== '/cgi-bin/webhook/upload_media') return undefined;
  if (request.method !== 'POST') refuse(40058, 'POST is required');
  const hook = corp.state.webhookByKey(request.query.get('key') ?? '') ?? refuse(93000);
  if (!isSend) return upload(corp, request, ['file', 'voice']);
  const body = readBody(request);
  if (!corp.rates.take(`webhook ${hook.id}`, PER_MINUTE).allowed) refuse(45009);
  return send(corp, hook, body);
}

function send(corp: Corp, hook: Hook, body: Given): Result {
  const chat = corp.state.chats.get(hook.chat) ?? refuse(93006);
  const type = typeof body.msgtype === 'string' ? body.msgtype : '';
  const given = isRecord(body[type]) ? body[type] : undefined;
  if (!Object.hasOwn(readers, type) && type !== 'template_card')
    refuse(40008, `msgtype ${type || 'missing'}`);
  if (!given) refuse(40063, `${type} is empty`);
  const author = { kind: 'webhook' as const, id: hook.id };
  if (type === 'template_card') {
    refuseBadCard(given, 'webhook');
    claimTask(corp, hook.id, given);
    post(corp, { chat, author, type, content: {}, card: given });
  } else {
    post(corp, { chat, author, type, content: readers[type]?.(corp, given) ?? {} });
  }
  return {};
}

const readers: Readonly<Record<string, (corp: Corp, given: Given) => Given>> = {
  text: ({ state }, given) => ({
    content: upTo(textIn(given, 'content', 44004), TEXT_BYTES_MAX),
    mentioned: mentionedIn(given).map((id) => state.byUserId(id)?.name ?? (id === '@all' ? '所有人' : id)),
  }),
  markdown: (_corp, given) => ({ content: upTo(textIn(given, 'content', 44004), MARKDOWN_BYTES_MAX) }),
  markdown_v2: (_corp, given) => ({ content: upTo(textIn(given, 'content', 44004), MARKDOWN_BYTES_MAX) }),
  image: (corp, given) => readImage(corp, given),
  news: (_corp, given) => ({
    articles: articlesIn(given).map((article) => ({
      title: cutBytes(textIn(article, 'title'), 128),
      description: typeof article.description === 'string' ? cutBytes(article.description, 512) : '',
      url: addressIn(article, 'url'),
      picurl: typeof article.picurl === 'string' ? article.picurl : '',
    })),
  }),
  file: (corp, given) => mediaIn(corp, given, 'file'),
  voice: (corp, given) => mediaIn(corp, given, 'voice'),
};

function upTo(text: string, max: number): string {
  if (Buffer.byteLength(text) > max) refuse(40058, `exceed max length ${max}`);
  return text;
}

function mentionedIn(given: Given): string[] {
  const lists = [given.mentioned_list, given.mentioned_mobile_list];
  return lists.flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
}

function readImage(corp: Corp, given: Given): Given {
  const bytes = Buffer.from(textIn(given, 'base64'), 'base64');
  const mime = imageMime(bytes);
  if (!mime) refuse(40058, 'image.base64 is no JPG or PNG');
  if (bytes.length > IMAGE_BYTES_MAX) refuse(40009);
  const md5 = createHash('md5').update(bytes).digest('hex');
  if (textIn(given, 'md5').toLowerCase() !== md5) refuse(40058, 'image.md5 does not fit');
  const kept = corp.files.keep(bytes, { kind: 'image', name: 'image', mime });
  return { media_id: kept.key, name: kept.name };
}
