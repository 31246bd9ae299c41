import type { InboundContent } from '../ports/inbound.js';
import type { Content } from './message.js';

/** What an inbound message holds, as a transcript keeps it. */
export function contentOf(event: InboundContent): Content {
  if (event.type === 'text') return { type: 'text', text: event.text ?? '' };
  if (event.type === 'location' && event.location) return { type: 'location', ...event.location };
  if (event.type !== 'location' && event.type !== 'other' && event.media) {
    return { type: event.type, media: event.media, text: event.text };
  }
  return { type: 'other', text: event.text ?? '' };
}
