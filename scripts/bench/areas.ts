import { accept } from './accept.js';
import type { Area } from './area.js';
import { backup } from './backup.js';
import { cards } from './cards.js';
import { chat } from './chat.js';
import { find } from './find.js';
import { growth } from './growth.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { spent } from './spent.js';
import { start } from './start.js';
import { throughput } from './throughput.js';

/** Everything that `npm run bench` measures, in the order of its report. */
export const areas: readonly Area[] = [
  accept,
  latency,
  throughput,
  spent,
  growth,
  cards,
  chat,
  memory,
  start,
  find,
  backup,
];
