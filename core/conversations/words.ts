import { type Locale, text } from '../i18n/texts.js';
import type { Content, CustomerMessage, Note } from './message.js';

/** A content in words, where only words can stand: in a list, in a notice, in a relay of what can't be shown. */
export function contentWords(locale: Locale, content: Content): string {
  switch (content.type) {
    case 'text':
      return content.text;
    case 'other':
      return content.text || text(locale, 'conversation.content.other');
    case 'location':
      return text(locale, 'conversation.content.location', {
        name: content.name ?? `${content.latitude}, ${content.longitude}`,
      });
    case 'rating':
      return text(locale, 'conversation.content.rating');
    case 'file':
      return text(locale, 'conversation.content.file', { name: content.media.name ?? content.text ?? '' });
    default:
      return text(locale, `conversation.content.${content.type}`);
  }
}

/** What a message says now, for staff: one that was taken back says only that, one that was changed says so. */
export function messageWords(locale: Locale, message: CustomerMessage | Note): string {
  if (message.audience === 'staff') return contentWords(locale, message.content);
  if (message.recalledAt !== undefined) return text(locale, 'delivery.withdrawn');
  const words = contentWords(locale, message.content);
  return message.editedAt === undefined ? words : text(locale, 'delivery.edited', { words });
}
