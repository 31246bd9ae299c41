/** Feishu's colours: tint (backgrounds), plain, and deep (words on the tint). */
const hues: Readonly<Record<string, readonly [tint: string, plain: string, deep: string]>> = {
  blue: ['#e1eaff', '#3370ff', '#245bdb'],
  wathet: ['#d9f3fd', '#14c0ff', '#047fb0'],
  turquoise: ['#d5f6f2', '#00d6b9', '#078372'],
  green: ['#d9f5d6', '#34c724', '#237b19'],
  lime: ['#eef6c6', '#b3d600', '#667901'],
  yellow: ['#faf1d1', '#ffc60a', '#936500'],
  orange: ['#feead2', '#ff8800', '#b26206'],
  red: ['#fde2e2', '#f54a45', '#c02a26'],
  carmine: ['#fddbef', '#f01d94', '#b1177b'],
  violet: ['#f8def8', '#d136d1', '#9e1e9e'],
  purple: ['#ece2fe', '#7f3bf5', '#6425d0'],
  indigo: ['#e0e2fa', '#4954e6', '#2933c7'],
  grey: ['#eff0f1', '#8f959e', '#51565d'],
  neutral: ['#eff0f1', '#8f959e', '#51565d'],
};
const rgba = /^rgba?\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*(?:,\s*(?:0|1|0?\.\d+|1\.0+)\s*)?\)$/;

export interface Hue {
  tint: string;
  plain: string;
  deep: string;
}

export function hueOf(name: string): Hue | null {
  const found = hues[name];
  return found === undefined ? null : { tint: found[0], plain: found[1], deep: found[2] };
}

/** A CSS colour for an enum name, a shade such as `blue-100`, or an rgba; null for anything else. */
export function colourOf(name: string): string | null {
  if (rgba.test(name)) return name;
  if (name === 'white' || name === 'bg-white') return '#ffffff';
  if (name === 'default') return null;
  const [hue = '', shade = '500'] = name.split('-');
  const found = hueOf(hue);
  if (found === null) return null;
  const step = Number(shade);
  return step <= 200 ? found.tint : step <= 500 ? found.plain : found.deep;
}

/** Words are drawn deeper than areas, so that yellow or wathet text can still be read. */
export const wordColour = (name: string): string | null =>
  hueOf(name) ? (name === 'grey' ? '#8f959e' : (hueOf(name)?.deep ?? null)) : colourOf(name);

/** Background styles: a bare name such as `grey` means its tint. */
export const backgroundOf = (name: string): string | null => hueOf(name)?.tint ?? colourOf(name);
