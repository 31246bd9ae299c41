const spacings: Readonly<Record<string, string>> = {
  small: '4px',
  medium: '8px',
  large: '12px',
  extra_large: '16px',
};
const sizes: Readonly<Record<string, number>> = {
  'heading-0': 30,
  'heading-1': 24,
  'heading-2': 20,
  'heading-3': 18,
  'heading-4': 16,
  heading: 16,
  normal: 14,
  notation: 12,
  'xxxx-large': 30,
  'xxx-large': 24,
  'xx-large': 20,
  'x-large': 18,
  large: 16,
  medium: 14,
  small: 12,
  'x-small': 10,
};
const lengths = /^(?:-?\d{1,3}px\s*){1,4}$/;

export function spacingOf(value: unknown): string | null {
  return typeof value === 'string' ? (spacings[value] ?? lengthOf(value)) : null;
}

/** One to four pixel lengths, as `margin` and `padding` take them. */
export function lengthOf(value: unknown): string | null {
  return typeof value === 'string' && lengths.test(value) ? value : null;
}

export function textSizeOf(
  value: unknown,
  own: ReadonlyMap<string, string>,
): { px: number; bold: boolean } | null {
  if (typeof value !== 'string') return null;
  const name = own.get(value) ?? value;
  const px = sizes[name];
  return px === undefined ? null : { px, bold: name.startsWith('heading') };
}
