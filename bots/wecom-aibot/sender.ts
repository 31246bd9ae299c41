import type { OutgoingMedia, Place } from '../../core/ports/courier.js';

/** Where an AI bot can say something. */
export type Destination = Exclude<Place, { kind: 'topic' }>;

/**
 * What can leave an AI bot, whichever way it goes. `key` is the same for every attempt of one send, and names it: a card
 * goes by it as its `task_id`, words by their stream's id. `content` is Markdown, ready to be shown.
 * All throw {SendError}.
 */
export interface Sender {
  words(to: Destination, content: string, key: string): Promise<void>;
  card(to: Destination, card: object, key: string): Promise<void>;
  file(to: Destination, media: OutgoingMedia, key: string): Promise<void>;
}
