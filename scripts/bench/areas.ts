import { accept } from './accept.js';
import type { Area } from './area.js';
import { cards } from './cards.js';
import { chat } from './chat.js';
import { find } from './find.js';
import { start } from './start.js';

/** Everything that `npm run bench` measures, in the order of its report. */
export const areas: readonly Area[] = [accept, cards, chat, start, find];
