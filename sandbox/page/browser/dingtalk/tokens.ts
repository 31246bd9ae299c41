/** Colours of DingTalk's light theme, by the names its cards use. */
const hues: Readonly<Record<string, string>> = {
  blue: '#0066e6',
  red: '#d9342b',
  green: '#007a3d',
  orange: '#b85c00',
  yellow: '#8a6d00',
  purple: '#6b46c1',
  pink: '#c2277d',
  water: '#007a99',
  olive: '#66700a',
  gray: '#5c6573',
  black: '#171a1d',
};
const levels: Readonly<Record<string, string>> = {
  1: '#171a1d',
  2: '#4a5158',
  3: '#6b747d',
  4: '#9aa2ab',
};

/** `red`, `common_red1_color`, `common_level2_base_color`, `#171A1D`; null for what it does not know. */
export function colourOf(token: string): string | null {
  const level = /^common_level([1-4])_base_color$/.exec(token)?.[1];
  if (level !== undefined) return levels[level] ?? null;
  const name = /^(?:common|extended)_([a-z]+)\d*_color$/.exec(token)?.[1] ?? token;
  if (Object.hasOwn(hues, name)) return hues[name] ?? null;
  if (name === 'link') return hues.blue ?? null;
  return /^#[0-9a-f]{6}$/i.test(token) ? token : null;
}

/** The hue of a ground such as `extended_red0_color`; null for the grey one, and for what it does not know. */
export function groundOf(token: string): string | null {
  const name = /^extended_([a-z]+)\d_color$/.exec(token)?.[1] ?? '';
  return Object.hasOwn(hues, name) ? name : null;
}

/** A colour by its plain name, as tags, buttons and headers have it; blue where it is unknown. */
export const hueOf = (name: string): string => (Object.hasOwn(hues, name) ? name : 'blue');

/** Desktop sizes. Source: markdown-variable-new (字体尺寸表). */
const sizes: Readonly<Record<string, number>> = {
  ...{ hypertitle: 64, largetitle: 32, h1: 24, h2: 20, h3: 18, h4: 16, h5: 15, body: 14, footnote: 12 },
};

/** `common_h3_text_style`, also with `_bold` or `__font_size`; null for what it does not know. */
export function sizeOf(token: string): string | null {
  const name = /^common_([a-z0-9]+?)(?:_bold)?_text_style(?:__font_size)?$/.exec(token)?.[1] ?? '';
  const size = Object.hasOwn(sizes, name) ? sizes[name] : undefined;
  return size === undefined ? null : `${size}px`;
}

export const isBold = (token: string): boolean => token.includes('_bold_');
