import type { Clock } from '../kernel/clock.js';
import type { Faults } from '../kernel/faults.js';
import type { Rates } from '../kernel/rates.js';
import type { Teller } from '../kernel/stream.js';
import type { Tokens } from './auth/tokens.js';
import type { Files } from './files.js';
import type { Ids } from './ids.js';
import type { Pushes } from './push/pushes.js';
import type { Quota } from './quota.js';
import type { State } from './state.js';

/** The parts of the one organisation, as the API and the people's client both use them. */
export interface Tenant {
  state: State;
  clock: Clock;
  ids: Ids;
  rates: Rates;
  faults: Faults;
  stream: Teller;
  tokens: Tokens;
  files: Files;
  quota: Quota;
  pushes: Pushes;
  /** Where this sandbox was last reached, for the addresses it gives out; no slash at the end. */
  base: () => string;
}
