import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import { refuse } from '../refusal.js';
import type { Resource } from '../world.js';
import { cutBytes } from './cut.js';

/** What each type of application message takes. Source: 发送应用消息, 应用推送消息 (群聊会话). */
type Given = Record<string, unknown>;
type Reader = (corp: Corp, given: Given) => Given;

const TEXT_BYTES_MAX = 2_048;
const TITLE_BYTES_MAX = 128;
const DESCRIPTION_BYTES_MAX = 512;
const URL_BYTES_MAX = 2_048;
const ARTICLES_MAX = 8;
const ARTICLE_BYTES_MAX = 666 * 1024;

export function textIn(given: Given, name: string, code: 40063 | 41033 | 44004 = 40063): string {
  const value = given[name];
  if (value === undefined || value === null || value === '') refuse(code, `${name} is empty`);
  if (typeof value !== 'string') refuse(40058, `${name} is not a string`);
  return value;
}

const optionalText = (given: Given, name: string): string => {
  const value = given[name] ?? '';
  return typeof value === 'string' ? value : refuse(40058, `${name} is not a string`);
};

export function addressIn(given: Given, name: string): string {
  const url = textIn(given, name);
  if (Buffer.byteLength(url) > URL_BYTES_MAX) refuse(40058, `${name} is longer than ${URL_BYTES_MAX} bytes`);
  if (!/^https?:\/\//.test(url)) refuse(40058, `${name} needs http:// or https://`);
  return url;
}

/** A media_id of this kind, not older than three days. */
export function mediaIn(
  corp: Corp,
  given: Given,
  kind: Resource['kind'],
): { media_id: string; name: string } {
  const found = corp.files.current(given.media_id);
  if (!found || found.kind !== kind) refuse(40007);
  return { media_id: found.key, name: found.name };
}

const readText: Reader = (_corp, given) => ({
  content: cutBytes(textIn(given, 'content', 44004), TEXT_BYTES_MAX),
});

const readMarkdown: Reader = (_corp, given) => {
  const content = textIn(given, 'content', 44004);
  if (Buffer.byteLength(content) > TEXT_BYTES_MAX) refuse(45002, `at most ${TEXT_BYTES_MAX} bytes`);
  return { content };
};

const readVideo: Reader = (corp, given) => ({
  ...mediaIn(corp, given, 'video'),
  title: cutBytes(optionalText(given, 'title'), TITLE_BYTES_MAX),
  description: cutBytes(optionalText(given, 'description'), DESCRIPTION_BYTES_MAX),
});

const readTextCard: Reader = (_corp, given) => ({
  title: cutBytes(textIn(given, 'title'), TITLE_BYTES_MAX),
  description: cutBytes(textIn(given, 'description', 41033), DESCRIPTION_BYTES_MAX),
  url: addressIn(given, 'url'),
  btntxt: [...(optionalText(given, 'btntxt') || '详情')].slice(0, 4).join(''),
});

export function articlesIn(given: Given): Given[] {
  const articles = given.articles;
  if (!Array.isArray(articles) || articles.length === 0) refuse(40063, 'articles is empty');
  if (articles.length > ARTICLES_MAX) refuse(45008);
  return articles.map((article) => (isRecord(article) ? article : refuse(40058, 'an article is no object')));
}

export const readNews: Reader = (_corp, given) => ({
  articles: articlesIn(given).map((article) => ({
    title: cutBytes(textIn(article, 'title'), TITLE_BYTES_MAX),
    description: cutBytes(optionalText(article, 'description'), DESCRIPTION_BYTES_MAX),
    ...(optionalText(article, 'appid') ? { url: '' } : { url: addressIn(article, 'url') }),
    picurl: optionalText(article, 'picurl'),
  })),
});

const readMpnews: Reader = (corp, given) => ({
  articles: articlesIn(given).map((article) => {
    const thumb = corp.files.current(article.thumb_media_id);
    if (thumb?.kind !== 'image') refuse(40007);
    const content = textIn(article, 'content');
    if (Buffer.byteLength(content) > ARTICLE_BYTES_MAX) refuse(45002);
    return {
      title: cutBytes(textIn(article, 'title'), TITLE_BYTES_MAX),
      description: cutBytes(optionalText(article, 'digest'), DESCRIPTION_BYTES_MAX),
      url: optionalText(article, 'content_source_url'),
      picurl: `/control/resources/${thumb.key}`,
    };
  }),
});

const readers: Readonly<Record<string, Reader>> = {
  text: readText,
  markdown: readMarkdown,
  image: (corp, given) => mediaIn(corp, given, 'image'),
  voice: (corp, given) => mediaIn(corp, given, 'voice'),
  file: (corp, given) => mediaIn(corp, given, 'file'),
  video: readVideo,
  textcard: readTextCard,
  news: readNews,
  mpnews: readMpnews,
};

/** @returns the content as it arrives, after WeCom's own cutting */
export function readContent(corp: Corp, type: string, body: Given): Given {
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (type === 'miniprogram_notice') refuse(48002, 'only a mini-program sends these');
  if (!read) refuse(40008, `msgtype ${type || 'missing'}`);
  const given = body[type];
  if (!isRecord(given)) refuse(40063, `${type} is empty`);
  return read(corp, given);
}
