import type { Clock } from '../kernel/clock.js';
import type { Faults } from '../kernel/faults.js';
import type { Teller } from '../kernel/stream.js';
import type { Files } from './files.js';
import type { State } from './state.js';
import type { Follower, Said } from './world.js';

/** What the parts of the stand-in share. */
export interface Wechat {
  state: State;
  clock: Clock;
  faults: Faults;
  stream: Teller;
  files: Files;
  /** 16 random bytes in hex. */
  random: () => string;
}

/** Something stands on the customer's phone from now on. */
export function appear(
  { state, clock, stream, random }: Wechat,
  follower: Follower,
  said: Pick<Said, 'side' | 'via' | 'msgtype' | 'content'>,
): Said {
  const shown = state.say({ ...said, id: random(), openId: follower.openId, at: clock.now() });
  stream.tell({ type: 'message', chat: follower.openId, message: shown.id }, [follower.openId]);
  return shown;
}

/** What changed without a word: typing, following. */
export const changed = ({ stream }: Wechat, { openId }: Follower): void =>
  stream.tell({ type: 'chat', chat: openId }, [openId]);
