import { Redis } from 'ioredis';
import type { Wire } from './hints.js';

const channel = 'imdesk:hints';

/** Hints between processes over Redis' own publishing. What is published while Redis is away is lost, as hints may be. */
export function redisWire(url: string): Wire {
  const publisher = new Redis(url, { maxRetriesPerRequest: 1 });
  publisher.on('error', () => {});
  return {
    async publish(text) {
      await publisher.publish(channel, text);
    },
    async subscribe(heard) {
      const subscriber = new Redis(url, { maxRetriesPerRequest: null });
      subscriber.on('error', () => {});
      subscriber.on('message', (_, text: string) => heard(text));
      await subscriber.subscribe(channel);
      return async () => {
        subscriber.disconnect();
        publisher.disconnect();
      };
    },
  };
}
