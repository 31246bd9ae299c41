import { isRecord } from '../../kernel/shape.js';
import { refuse } from '../refusal.js';
import type { State } from '../state.js';
import { findUser } from '../users.js';
import type { App } from '../world.js';

const required: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  a: ['text', 'href'],
  at: ['user_id'],
  img: ['image_key'],
  media: ['file_key'],
  emotion: ['emoji_type'],
  code_block: ['text'],
  hr: [],
  md: ['text'],
};

/** A rich text in one or more languages: paragraphs of nodes. Source: 发送消息内容结构, 富文本 post. */
export function readPost(given: Record<string, unknown>, app: App, state: State): Record<string, unknown> {
  const languages = Object.entries(given);
  if (languages.length === 0) refuse(230001, 'post needs a language such as zh_cn');
  for (const [language, post] of languages) {
    if (!/^[a-z]{2}_[a-z]{2}$/.test(language) || !isRecord(post) || !Array.isArray(post.content)) {
      refuse(230001, `post.${language} needs a content of paragraphs`);
    }
    for (const paragraph of post.content) readParagraph(paragraph, app, state);
  }
  return given;
}

function readParagraph(paragraph: unknown, app: App, state: State): void {
  if (!Array.isArray(paragraph)) refuse(230001, 'a paragraph of a post is a list of nodes');
  for (const node of paragraph) readNode(node, paragraph.length, app, state);
}

function readNode(node: unknown, siblings: number, app: App, state: State): void {
  if (!isRecord(node) || typeof node.tag !== 'string') refuse(230001, 'a node of a post needs a tag');
  const fields = Object.hasOwn(required, node.tag) ? required[node.tag] : undefined;
  if (!fields) refuse(230001, `unknown tag ${node.tag} in a post`);
  const missing = fields.find((field) => typeof node[field] !== 'string');
  if (missing) refuse(230001, `${node.tag} needs ${missing}`);
  if (node.tag === 'md' && siblings > 1) refuse(230001, 'md takes a paragraph of its own');
  if (node.tag === 'at' && typeof node.user_id === 'string') {
    if (node.user_id !== 'all' && !findUser(node.user_id, app, state))
      refuse(230001, `invalid user_id ${node.user_id}`);
  }
  if (node.tag === 'img' && typeof node.image_key === 'string') {
    if (state.resources.get(node.image_key)?.kind !== 'image')
      refuse(230001, `invalid image_key ${node.image_key}`);
  }
}
