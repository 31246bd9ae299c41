/**
 * The part of Feishu's card JSON 2.0 that we draw with. Unknown properties are an error in 2.0, so what is not here is
 * not sent. Source: https://open.feishu.cn/document/feishu-cards/card-json-v2-structure
 */
export interface PlainText {
  tag: 'plain_text';
  content: string;
}
export type TextColor = 'default' | 'grey' | 'blue' | 'green' | 'orange' | 'red';

export interface Div {
  tag: 'div';
  text: PlainText & { text_size?: 'normal' | 'notation'; text_color?: TextColor; lines?: number };
  margin?: string;
}
export interface Markdown {
  tag: 'markdown';
  content: string;
  text_size?: 'normal' | 'notation';
  margin?: string;
}
export interface Hr {
  tag: 'hr';
}

export interface Button {
  tag: 'button';
  text: PlainText;
  type: 'default' | 'primary' | 'primary_filled' | 'danger';
  behaviors: [{ type: 'callback'; value: ButtonValue }];
  confirm?: { title: PlainText; text: PlainText };
  /** In a form only. */
  name?: string;
  form_action_type?: 'submit';
}
/** What comes back as `action.value`. */
export interface ButtonValue {
  operation: string;
  arguments: Record<string, string | number | boolean>;
}

export interface TextInput {
  tag: 'input';
  name: string;
  input_type: 'text' | 'multiline_text';
  max_length: number;
  placeholder: PlainText;
  default_value?: string;
  label?: PlainText;
  label_position?: 'top';
  rows?: number;
  required?: boolean;
}
export interface Select {
  tag: 'select_static';
  name: string;
  placeholder: PlainText;
  options: { text: PlainText; value: string }[];
  initial_option?: string;
  required?: boolean;
  width: 'fill';
}

export interface Column {
  tag: 'column';
  width: 'auto' | 'weighted';
  weight?: number;
  vertical_align?: 'top' | 'center';
  vertical_spacing?: string;
  padding?: string;
  elements: FeishuElement[];
}
export interface ColumnSet {
  tag: 'column_set';
  flex_mode: 'none' | 'flow';
  background_style?: 'grey';
  horizontal_spacing?: string;
  columns: Column[];
}
export interface CollapsiblePanel {
  tag: 'collapsible_panel';
  expanded: false;
  header: { title: PlainText };
  border?: { color: 'grey-300'; corner_radius: string };
  padding?: string;
  vertical_spacing?: string;
  elements: FeishuElement[];
}
export interface Form {
  tag: 'form';
  name: string;
  elements: FeishuElement[];
}

export type FeishuElement =
  | Div
  | Markdown
  | Hr
  | Button
  | TextInput
  | Select
  | ColumnSet
  | CollapsiblePanel
  | Form;

export type HeaderTemplate = 'default' | 'blue' | 'green' | 'orange' | 'red' | 'grey';
export type TagColor = 'neutral' | 'blue' | 'green' | 'orange' | 'red';

export interface FeishuCard {
  schema: '2.0';
  config: { update_multi: true; summary: { content: string } };
  header?: {
    title: PlainText;
    subtitle?: PlainText;
    template: HeaderTemplate;
    text_tag_list?: { tag: 'text_tag'; text: PlainText; color: TagColor }[];
  };
  body: { vertical_spacing: string; elements: FeishuElement[] };
}

export const plain = (content: string): PlainText => ({ tag: 'plain_text', content });
