import type { Content } from '../../core/conversations/message.js';
import type { Shown } from '../../core/ports/connector.js';
import type { ChatContent, ChatMessage } from './chat/wire.js';

/** A message as the browser gets it: no ids of staff, nothing of what was recalled, files as signed links. */
export function viewOf(message: Shown, visitor: string, linkTo: (mediaId: string) => string): ChatMessage {
  const { id, revision, at, author, quotes, source, editedAt } = message;
  const own = author.kind === 'customer' && source?.startsWith(`${visitor}:`);
  return {
    id,
    revision,
    at,
    by: { kind: author.kind, name: author.name },
    content: message.recalledAt === undefined ? contentOf(message.content, linkTo) : { type: 'recalled' },
    quotes,
    edited: editedAt === undefined ? undefined : true,
    ref: source ?? id,
    client: own ? source?.slice(visitor.length + 1) : undefined,
  };
}

function contentOf(content: Content, linkTo: (mediaId: string) => string): ChatContent {
  switch (content.type) {
    case 'image':
    case 'file':
    case 'voice':
    case 'video': {
      const { mediaId, name, mime, bytes } = content.media;
      const url = mediaId === undefined ? undefined : linkTo(mediaId);
      return { type: content.type, text: content.text, media: { url, name, mime, bytes } };
    }
    default:
      return content;
  }
}
