import type { Box, Side, Space, TextStyle } from './drawn.js';
import type { Scope } from './scope.js';

type Props = Readonly<Record<string, unknown>>;

export const numberOf = (value: unknown): number => {
  const number = typeof value === 'number' ? value : Number(value || 0);
  return Number.isFinite(number) ? number : 0;
};

/** A `Grid`, without what is in it. */
export const drawBox = (props: Props, scope: Scope): Omit<Box, 'action' | 'children'> => ({
  kind: 'box',
  direction: props.direction === 'horizontal' ? 'horizontal' : 'vertical',
  gravity: scope.words(props.childGravity) || 'leftTop',
  background:
    props.hasBackground === true ? scope.words(props.standardBackgroundColor ?? 'common_bg_color') : '',
  bordered: props.hasBorder === true,
  width:
    props.isAutoWidth === true
      ? 'content'
      : props.isFixedWidth === true
        ? { pixels: numberOf(props.width) }
        : { share: (props.enableColSpan === true && numberOf(props.colSpan)) || 1 },
});

const sides: readonly Side[] = ['Top', 'Right', 'Bottom', 'Left'];

/** The margins a component gives, and a `Grid`'s padding. */
export function spaceOf(props: Props, scope: Scope): { space?: Space } {
  const read = (kind: 'margin' | 'padding'): Space['margin'] =>
    Object.fromEntries(
      sides.flatMap((side) => {
        const given = props[`${kind}${side}`];
        return given === undefined ? [] : [[side, numberOf(scope.read(given))]];
      }),
    );
  const space = { margin: read('margin'), padding: read('padding') };
  return Object.keys({ ...space.margin, ...space.padding }).length > 0 ? { space } : {};
}

/** Lines a text has when the editor's own setting was not touched. */
const DEFAULT_LINES = 2;

/** How a `BaseText` looks, and what it says. */
export const drawText = (props: Props, scope: Scope): TextStyle & { text: string } => ({
  text: scope.words(props.text),
  size: scope.words(props.styleToken) || 'common_body_text_style',
  color: scope.words(props.color) || 'common_level1_base_color',
  bold: props.bold === true,
  italic: props.italic === true,
  struck: props.strikeThrough === true,
  align: scope.words(props.gravity) || 'left',
  maxLines: props.maxLine === undefined ? DEFAULT_LINES : numberOf(scope.read(props.maxLine)),
});
