import type { Tone } from '../../../adaptive.js';

interface Palette {
  ink: string;
  subtle: string;
  line: string;
  tones: Record<Exclude<Tone, 'default' | 'emphasis'>, string>;
  grounds: Record<Tone, string>;
}

/** Text colours that can be read on every ground below (WCAG AA). */
const light: Palette = {
  ink: '#1f2329',
  subtle: '#646a73',
  line: '#dee0e3',
  tones: { accent: '#1456c8', good: '#186a36', warning: '#9a4a00', attention: '#b3261e' },
  grounds: {
    default: '#ffffff',
    emphasis: '#f2f3f5',
    accent: '#e1eaff',
    good: '#d9f5e0',
    warning: '#feead2',
    attention: '#fde2e2',
  },
};
const dark: Palette = {
  ink: '#ebebeb',
  subtle: '#a6a6a6',
  line: '#3d3d3d',
  tones: { accent: '#8fb4ff', good: '#7fd394', warning: '#f0b26b', attention: '#f59a93' },
  grounds: {
    default: '#1f1f1f',
    emphasis: '#2b2b2b',
    accent: '#1c2b4a',
    good: '#17331f',
    warning: '#3a2a14',
    attention: '#442220',
  },
};

function containerStyles({ ink, subtle, tones, grounds }: Palette) {
  const plain = (color: string, quiet = color) => ({ default: color, subtle: quiet });
  const inks = {
    default: plain(ink, subtle),
    dark: plain(ink, subtle),
    light: plain('#ffffff', '#eff0f1'),
    accent: plain(tones.accent),
    good: plain(tones.good),
    warning: plain(tones.warning),
    attention: plain(tones.attention),
  };
  /** What stands on a coloured ground takes its colour. */
  const style = (tone: keyof typeof tones) => ({
    backgroundColor: grounds[tone],
    foregroundColors: { ...inks, default: inks[tone] },
  });
  return {
    default: { backgroundColor: grounds.default, foregroundColors: inks },
    emphasis: { backgroundColor: grounds.emphasis, foregroundColors: inks },
    accent: style('accent'),
    good: style('good'),
    warning: style('warning'),
    attention: style('attention'),
  };
}

/** How our cards look in a browser, for the renderer of Adaptive Cards. */
export const hostConfig = (isDark: boolean) => ({
  supportsInteractivity: true,
  fontFamily: 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 20 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 18, default: 22, medium: 24, large: 26, extraLarge: 28 },
  spacing: { small: 4, default: 12, medium: 8, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: (isDark ? dark : light).line },
  containerStyles: containerStyles(isDark ? dark : light),
  inputs: {
    label: {
      requiredInputs: {
        color: 'default',
        size: 'small',
        isSubtle: true,
        suffix: ' *',
        suffixColor: 'attention',
      },
      optionalInputs: { color: 'default', size: 'small', isSubtle: true },
    },
    errorMessage: { color: 'attention', size: 'small', spacing: 'small' },
  },
  actions: {
    maxActions: 12,
    spacing: 'default',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
  },
  factSet: {
    title: { isSubtle: true, weight: 'default', wrap: true, maxWidth: 120 },
    value: { wrap: true },
    spacing: 16,
  },
  textStyles: { heading: { size: 'medium', weight: 'bolder', color: 'default', isSubtle: false } },
  textBlock: { headingLevel: 3 },
});
