import type { Tone } from '../adaptive.js';
import type { Color } from './card.js';

/** How a tone looks: its words, the tint of the header it stands on, and the tag in that header. */
interface Look {
  words: Color;
  ground: string;
  tag: 'gray' | 'blue' | 'green' | 'orange' | 'red';
}

/** The tokens are those that official templates bind to data; the tints are the palest of their hue. */
export const looks: Record<Tone, Look> = {
  default: { words: 'common_level1_base_color', ground: '', tag: 'gray' },
  emphasis: { words: 'common_level2_base_color', ground: 'common_bg_color', tag: 'gray' },
  accent: { words: 'common_blue1_color', ground: 'extended_blue0_color', tag: 'blue' },
  good: { words: 'common_green1_color', ground: 'extended_green0_color', tag: 'green' },
  warning: { words: 'common_orange1_color', ground: 'extended_yellow0_color', tag: 'orange' },
  attention: { words: 'common_red1_color', ground: 'extended_red0_color', tag: 'red' },
};

/** Text without a colour of its own is dark, or grey where it is only there for those who look for it. */
export const wordColor = (color: Tone | undefined, isSubtle = false): Color =>
  color === undefined || color === 'default'
    ? isSubtle
      ? 'common_level3_base_color'
      : 'common_level1_base_color'
    : looks[color].words;
