import type { PlatformParts } from '../control/parts.js';
import type { Client, Platform, PlatformWorld } from '../control/platform.js';
import { NotPossible } from '../control/refusal.js';

/** DingTalk's stand-in: nobody is there yet, and no request is its own. */
export function makeDingtalk(_parts: PlatformParts): Platform {
  const world: PlatformWorld = { apps: [], people: [], chats: [] };
  return {
    answer: () => undefined,
    upgrade: () => false,
    load() {
      throw new Error('DingTalk is not built in this sandbox yet');
    },
    world: () => world,
    client: nobody,
    dropFaultySockets() {},
    expireTokens: () => 0,
    connections: () => [],
    urls: () => [],
    close() {},
  };
}

const no = (): never => {
  throw new NotPossible('not-built', 'DingTalk is not built in this sandbox yet', 501);
};

const nobody: Client = {
  chats: no,
  messages: no,
  say: no,
  click: no,
  edit: no,
  recall: no,
  react: no,
  read: no,
  menu: no,
  enter: no,
  resource: () => undefined,
};
