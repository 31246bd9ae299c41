import { accept } from './accept.js';
import type { Area } from './area.js';
import { cards } from './cards.js';
import { find } from './find.js';
import { memory } from './memory.js';
import { start } from './start.js';

/** Everything that `npm run bench` measures, in the order of its report. */
export const areas: readonly Area[] = [accept, cards, memory, start, find];
