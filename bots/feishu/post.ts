import { z } from 'zod';
import { storable } from '../../core/text/storable.js';
import type { Content } from './content.js';
import { optionalId } from './fields.js';
import type { Mentions } from './mentions.js';

const word = z.string().catch('');
const node = z.object({
  tag: z.string(),
  text: word,
  href: word,
  user_id: word,
  user_name: word,
  emoji_type: word,
  image_key: optionalId,
  file_key: optionalId,
});
type Node = z.infer<typeof node>;

const paragraphs = z
  .array(z.array(z.unknown()).catch([]))
  .transform((list) => list.map((paragraph) => paragraph.flatMap((one) => node.safeParse(one).data ?? [])));
const post = z.object({ title: word, content: paragraphs });

/** What is received has no locale around it; what was sent with one, and comes back to us quoted, may. */
const postSchema = z.union([
  post,
  z.record(z.string(), z.unknown()).transform((locales, context) => {
    for (const one of Object.values(locales)) {
      const found = post.safeParse(one).data;
      if (found) return found;
    }
    context.addIssue('no locale of this post can be read');
    return z.NEVER;
  }),
]);

/** A rich text: its words as plain text with a line for each paragraph, then its pictures and videos in order. */
export function readPost(content: unknown, mentions: Mentions): [Content, ...Content[]] | undefined {
  const found = postSchema.safeParse(content).data;
  if (!found) return undefined;
  const lines = found.content
    .filter((paragraph) => paragraph.length === 0 || !paragraph.every(isMedia))
    .map((paragraph) => paragraph.map((one) => wordsOf(one, mentions)).join(''));
  const words = storable([mentions.named(found.title), ...lines].join('\n').trim());
  const media = found.content.flat().flatMap(mediaOf);
  const [first, ...others] = words === '' ? media : [{ type: 'text' as const, text: words }, ...media];
  return first && [first, ...others];
}

function wordsOf(node: Node, mentions: Mentions): string {
  switch (node.tag) {
    case 'a':
      return node.href === '' || node.href === node.text ? node.text : `${node.text} (${node.href})`;
    case 'at':
      return mentions.named(node.user_id === 'all' ? '@_all' : node.user_id) || '';
    case 'emotion':
      return node.emoji_type && `[${node.emoji_type}]`;
    case 'hr':
      return '---';
    default:
      return isMedia(node) ? '' : mentions.named(node.text);
  }
}

const isMedia = ({ tag }: Node) => tag === 'img' || tag === 'media';

function mediaOf({ tag, image_key: image, file_key: file }: Node): Content[] {
  if (tag === 'img' && image) return [{ type: 'image', media: { handle: image } }];
  if (tag === 'media' && file) return [{ type: 'video', media: { handle: file } }];
  return [];
}
