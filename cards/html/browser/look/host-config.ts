import type { Tone } from '../../../adaptive.js';

/** Text colours, dark enough to be read on every ground below (WCAG AA). */
const ink = {
  default: { default: '#1f2329', subtle: '#646a73' },
  dark: { default: '#1f2329', subtle: '#646a73' },
  light: { default: '#ffffff', subtle: '#eff0f1' },
  accent: { default: '#1456c8', subtle: '#1456c8' },
  good: { default: '#186a36', subtle: '#186a36' },
  warning: { default: '#9a4a00', subtle: '#9a4a00' },
  attention: { default: '#b3261e', subtle: '#b3261e' },
};

const grounds: Record<Tone, string> = {
  default: '#ffffff',
  emphasis: '#f2f3f5',
  accent: '#e1eaff',
  good: '#d9f5e0',
  warning: '#feead2',
  attention: '#fde2e2',
};

/** What stands on a coloured ground takes its colour. */
const style = (tone: Exclude<Tone, 'default' | 'emphasis'>) => ({
  backgroundColor: grounds[tone],
  foregroundColors: { ...ink, default: ink[tone] },
});

/** How our cards look in a browser, for the renderer of Adaptive Cards. */
export const hostConfig = {
  supportsInteractivity: true,
  fontFamily: 'system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 20 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 18, default: 22, medium: 24, large: 26, extraLarge: 28 },
  spacing: { small: 4, default: 12, medium: 8, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: '#dee0e3' },
  containerStyles: {
    default: { backgroundColor: grounds.default, foregroundColors: ink },
    emphasis: { backgroundColor: grounds.emphasis, foregroundColors: ink },
    accent: style('accent'),
    good: style('good'),
    warning: style('warning'),
    attention: style('attention'),
  },
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
};
