/** Black or white, whichever reads better on a `#rrggbb` ground (WCAG 2 relative luminance). */
export function inkOn(color: string): '#ffffff' | '#16202e' {
  return luminance(color) > 0.36 ? '#16202e' : '#ffffff';
}

/** The colour itself where it can be read on white, else dark: for words and drawings in the brand's colour. */
export const readable = (color: string): string => (luminance(color) > 0.36 ? '#16202e' : color);

export const isColor = (text: string | undefined): text is string =>
  text !== undefined && /^#[0-9a-f]{6}$/i.test(text);

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
