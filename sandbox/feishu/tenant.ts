import type { Clock } from '../kernel/clock.js';
import type { Faults } from '../kernel/faults.js';
import type { Rates } from '../kernel/rates.js';
import type { Teller } from '../kernel/stream.js';
import type { Cards } from './card/cards.js';
import type { Events } from './events/events.js';
import type { Files } from './files.js';
import type { Ids } from './ids.js';
import type { State } from './state.js';
import type { Tokens } from './tokens.js';

/** The parts of the one tenant, as the API and the people's client both use them. */
export interface Tenant {
  state: State;
  clock: Clock;
  ids: Ids;
  rates: Rates;
  faults: Faults;
  stream: Teller;
  tokens: Tokens;
  files: Files;
  events: Events;
  cards: Cards;
}
