import { all, bound, condition, fixed, type Node, node, parameter, said } from './template-file.js';

export const h4 = 'common_h4_bold_text_style';
const body = 'common_body_text_style';
export const small = 'common_footnote_text_style';
const dark = fixed('dynamicColor', 'common_level1_base_color');
export const muted = fixed('dynamicColor', 'common_level2_base_color');
export const grey = fixed('dynamicColor', 'common_level3_base_color');

export const pressable = condition('pressable', 'equal', 'yes');
export const isGiven = (name: string) => condition(name, 'isNotEmpty');

/** Lines of a text that may have as many as it needs; the editor's own default is two. */
const ALL_LINES = 200;

interface Look {
  style?: string;
  color?: unknown;
  bold?: boolean;
  lines?: number;
  visible?: unknown;
}

export const text = (
  id: string,
  from: string,
  { style = body, color = dark, bold, lines, visible }: Look = {},
): Node =>
  node('BaseText', id, {
    text: said(from),
    styleType: 'standard',
    styleToken: style,
    color,
    bold: bold ?? false,
    gravity: 'left',
    maxLine: fixed('dynamicNumber', lines ?? ALL_LINES),
    ...(visible !== undefined && { visible }),
  });

export const box = (id: string, props: Record<string, unknown>, children: readonly Node[]): Node =>
  node('Grid', id, { direction: 'vertical', childGravity: 'leftTop', ...props }, children);

export const beside = { direction: 'horizontal', childGravity: 'leftCenter' };
export const share = { enableColSpan: true, colSpan: 1 };
export const padding = (vertical: number, horizontal: number) => ({
  paddingTop: fixed('dynamicNumber', vertical),
  paddingBottom: fixed('dynamicNumber', vertical),
  paddingLeft: fixed('dynamicNumber', horizontal),
  paddingRight: fixed('dynamicNumber', horizontal),
});
export const onGround = (color: unknown) => ({
  hasBackground: true,
  backgroundType: 'Standard',
  standardBackgroundColor: color,
});

/** What a press sends, and how its answer is told in passing: every answer sets `notice`, if only to nothing. */
export const request = (actionId: unknown, action: string) => ({
  actionType: 'request',
  actionId,
  params: [parameter('action', action), parameter('stamp', 'stamp')],
  successCondition: all(condition('notice_tone', 'notEqual', 'bad')),
  successToast: said('notice'),
  failureToast: said('notice'),
});

export const asking = {
  actionType: 'confirm',
  confirmTitle: said('loop.ask_title'),
  confirmMessage: said('loop.ask'),
  confirmOkText: said('loop.text'),
  confirmOkAction: 'request',
  confirmOkReqActionActionId: said('loop.id'),
  confirmOkReqActionParams: [parameter('action', 'buttons[0].action'), parameter('stamp', 'stamp')],
  confirmCancelText: said('cancel'),
  confirmCancelAction: 'none',
};

export const button = (id: string, from: string, color: string, props: Record<string, unknown>): Node =>
  node('SingleButton', id, {
    text: said(from),
    color: bound('dynamicSelect', color, 'gray'),
    status: fixed('dynamicSelect', 'normal'),
    widthMode: 'match_content',
    enableClickEvent: true,
    ...props,
  });
