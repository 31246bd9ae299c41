import { Cluster, Redis } from 'ioredis';

/**
 * The Redis of an address, or, where several are given with commas between them, the Redis Cluster of which they are nodes:
 * the others are found through them, and are spoken to with the credentials of the first.
 */
export function openRedis(addresses: string, maxRetriesPerRequest: number | null): Redis | Cluster {
  const urls = addresses.split(',');
  if (urls.length === 1) return quiet(new Redis(addresses, { maxRetriesPerRequest }));
  const nodes = urls.map((url) => new URL(url));
  const [{ username, password, protocol } = new URL('redis://x')] = nodes;
  const isSecret = protocol === 'rediss:';
  return quiet(
    new Cluster(
      nodes.map(({ hostname, port }) => ({ host: hostname, port: Number(port || 6379) })),
      {
        redisOptions: {
          maxRetriesPerRequest,
          ...(username && { username: decodeURIComponent(username) }),
          ...(password && { password: decodeURIComponent(password) }),
          ...(isSecret && { tls: {} }),
        },
        // A certificate is for the name, not for what the name stands for today.
        ...(isSecret && {
          dnsLookup: (name: string, found: (error: null, name: string) => void) => found(null, name),
        }),
      },
    ),
  );
}

/** Who uses it hears from each command that failed. */
function quiet<T extends Redis | Cluster>(redis: T): T {
  redis.on('error', () => {});
  return redis;
}
