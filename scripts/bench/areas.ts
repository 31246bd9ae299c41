import { accept } from './accept.js';
import type { Area } from './area.js';
import { find } from './find.js';
import { start } from './start.js';

/** Everything that `npm run bench` measures, in the order of its report. */
export const areas: readonly Area[] = [accept, start, find];
