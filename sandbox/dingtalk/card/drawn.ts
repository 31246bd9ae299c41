/**
 * A card as one viewer's client shows it: the template's tree with all bindings resolved. The page draws this and knows
 * nothing of templates; a press names a place in it by the keys that lead there.
 */
export type Drawn = Component & { space?: Space };

/** Pixels around and inside a component, where the template says them; what it leaves out is the client's. */
export interface Space {
  margin: Partial<Record<Side, number>>;
  padding: Partial<Record<Side, number>>;
}

export type Side = 'Top' | 'Right' | 'Bottom' | 'Left';

type Component =
  | { kind: 'header'; title: string; color: string; after: Drawn[] }
  | Box
  | (TextStyle & { kind: 'text'; text: string })
  | { kind: 'markdown'; text: string; rich: boolean; at: Record<string, string> }
  | { kind: 'tag'; text: string; color: string; solid: boolean }
  | { kind: 'divider'; vertical: boolean }
  | { kind: 'image'; source: string; width: number | null; height: number | null }
  | { kind: 'progress'; percent: number; color: string }
  | { kind: 'loop'; direction: Direction; wraps: boolean; gap: number; items: Drawn[][] }
  | DrawnButton
  | DrawnForm
  | { kind: 'waiting' }
  | { kind: 'unsupported'; name: string };

export type Direction = 'vertical' | 'horizontal';

export interface Box {
  kind: 'box';
  direction: Direction;
  /** `leftTop`, `rightCenter`, …: where the children stand. */
  gravity: string;
  background: string;
  bordered: boolean;
  /** How wide it is in a row: a share of what is left, pixels, or as its content needs. */
  width: { share: number } | { pixels: number } | 'content';
  action: Action;
  children: Drawn[];
}

export interface TextStyle {
  size: string;
  color: string;
  bold: boolean;
  italic: boolean;
  struck: boolean;
  align: string;
  /** 0: no limit. */
  maxLines: number;
}

export interface DrawnButton {
  kind: 'button';
  text: string;
  color: string;
  disabled: boolean;
  wide: boolean;
  action: Action;
}

export interface DrawnForm {
  kind: 'form';
  id: string;
  fields: FormField[];
  disabled: boolean;
  /** Absent when the template has buttons of its own in it. */
  submit: { text: string; action: Action } | null;
  children: Drawn[];
}

/** Source: form-variables. */
export interface FormField {
  name: string;
  label: string;
  type: string;
  hidden: boolean;
  required: boolean;
  requiredMsg: string;
  readOnly: boolean;
  placeholder: string;
  value: unknown;
  options: { value: string; text: string }[];
  rows: number;
}

/** What a press does. */
export type Action =
  | { kind: 'none' }
  | { kind: 'link'; url: string }
  | { kind: 'copy'; text: string }
  | { kind: 'toast'; toast: Toast }
  | Request;

export interface Request {
  kind: 'request';
  actionId: string;
  params: Record<string, unknown>;
  /** The name of the parameter whose place the form's values take. */
  formParam: string | null;
  /** Asked first. */
  confirm: { title: string; message: string; ok: string; cancel: string } | null;
}

export interface Toast {
  type: 'info' | 'success' | 'error';
  content: string;
}
