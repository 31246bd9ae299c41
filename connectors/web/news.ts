import type { ChannelHost, News } from '../../core/ports/connector.js';

/** News sorted by who it is for; the host is listened to once, however many visitors are there. */
export interface NewsBoard {
  listen(accountId: string, visitor: string, heard: (news: News) => void): () => void;
}

export function newsBoard(host: Pick<ChannelHost, 'onNews'>): NewsBoard {
  const listeners = new Map<string, Set<(news: News) => void>>();
  const keyOf = (accountId: string, visitor: string): string => JSON.stringify([accountId, visitor]);
  host.onNews((accountId, visitor, news) => {
    for (const heard of listeners.get(keyOf(accountId, visitor)) ?? []) heard(news);
  });
  return {
    listen(accountId, visitor, heard) {
      const key = keyOf(accountId, visitor);
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(heard));
      return () => {
        set.delete(heard);
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key);
      };
    },
  };
}
