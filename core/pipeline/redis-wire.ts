import { openRedis } from '../jobs/redis.js';
import type { Wire } from './hints.js';

const channel = 'imdesk:hints';

/** Hints between processes over Redis' own publishing. What is published while Redis is away is lost, as hints may be. */
export function redisWire(addresses: string): Wire {
  const publisher = openRedis(addresses, 1);
  return {
    async publish(text) {
      await publisher.publish(channel, text);
    },
    async subscribe(heard) {
      const subscriber = openRedis(addresses, null);
      subscriber.on('message', (_, text: string) => heard(text));
      await subscriber.subscribe(channel);
      return async () => {
        subscriber.disconnect();
        publisher.disconnect();
      };
    },
  };
}
