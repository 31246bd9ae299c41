import type { Clock } from '../kernel/clock.js';
import type { Faults } from '../kernel/faults.js';
import type { Rates } from '../kernel/rates.js';
import type { Teller } from '../kernel/stream.js';
import type { Bots } from './aibot/bots.js';
import type { Events } from './callback/events.js';
import type { Cards } from './card/cards.js';
import type { Drops } from './drops.js';
import type { Files } from './files.js';
import type { Ids } from './ids.js';
import type { State } from './state.js';
import type { Tokens } from './tokens.js';

/** The parts of the one enterprise, as the API and the people's client both use them. */
export interface Corp {
  state: State;
  clock: Clock;
  ids: Ids;
  rates: Rates;
  faults: Faults;
  stream: Teller;
  tokens: Tokens;
  files: Files;
  drops: Drops;
  events: Events;
  cards: Cards;
  bots: Bots;
  /** The sandbox's own address, as those who call it write it. */
  origin: () => string;
}
