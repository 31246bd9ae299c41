import { isRecord } from '../../kernel/shape.js';
import { component } from './base.js';
import * as is from './rules.js';
import { codes, type Rule } from './walk.js';

/** A component people act on. Inside a form it needs a name of its own, which becomes the key of its value. */
const interactive =
  (rule: Rule, where: 'anywhere' | 'form' = 'anywhere'): Rule =>
  (value, path, walk) => {
    rule(value, path, walk);
    if (!isRecord(value)) return;
    if (where === 'form' && !walk.inForm)
      walk.report(codes.parse, path, `${value.tag} stands only in a form`);
    if (value.required !== undefined && !walk.inForm) {
      walk.report(codes.parse, `${path}.required`, 'required counts only in a form');
    }
    if (!walk.inForm) return;
    if (typeof value.name !== 'string' || value.name === '') {
      walk.report(codes.formName, path, `${value.tag} in a form needs a name`);
    } else if (walk.fieldNames.has(value.name)) {
      walk.report(codes.formName, path, `the name ${value.name} is used twice in forms`);
    } else walk.fieldNames.add(value.name);
  };

const width = is.px(100, 100_000, 'default', 'fill');
const name = is.str();

const shared: is.Fields = {
  name,
  required: is.bool,
  disabled: is.bool,
  disabled_tips: is.plainText,
  hover_tips: is.plainText,
  confirm: is.confirm,
  behaviors: is.behaviors,
  width,
};

const buttonLook: is.Fields = {
  type: is.oneOf(
    ...['default', 'primary', 'danger', 'text', 'primary_text', 'danger_text'],
    ...['primary_filled', 'danger_filled', 'laser'],
  ),
  size: is.oneOf('tiny', 'small', 'medium', 'large'),
  text: is.textOf(['plain_text', 'lark_md'], 100),
  icon: is.icon,
  disabled: is.bool,
  disabled_tips: is.plainText,
  hover_tips: is.plainText,
  behaviors: is.behaviors,
};

const button: Rule = (value, path, walk) => {
  component({
    ...buttonLook,
    width,
    confirm: is.confirm,
    name,
    form_action_type: is.oneOf('submit', 'reset'),
  })(value, path, walk);
  if (isRecord(value) && value.form_action_type !== undefined && !walk.inForm) {
    walk.report(codes.parse, `${path}.form_action_type`, 'form_action_type counts only in a form');
  }
};

const input = component({
  ...shared,
  placeholder: is.placeholder,
  default_value: is.str(),
  max_length: is.int(1, 1000),
  input_type: is.oneOf('text', 'multiline_text', 'password'),
  show_icon: is.bool,
  rows: is.int(1, 1000),
  auto_resize: is.bool,
  max_rows: is.int(1, 1000),
  label: is.plainText,
  label_position: is.oneOf('top', 'left'),
  value: is.objectValue,
});

const optionText = is.textOf(['plain_text', 'lark_md'], 100);
const option = is.fields({ text: optionText, value: is.str(Infinity, 1), icon: is.icon }, ['text', 'value']);
const personOption = is.fields({ value: is.person }, ['value']);

function optionValues(value: unknown): unknown[] {
  const options = isRecord(value) && Array.isArray(value.options) ? value.options : [];
  return options.map((given) => (isRecord(given) ? given.value : undefined));
}

/** Options are unlike one another, and what is chosen at first is one of them. */
const select =
  (known: is.Fields, choosable: Rule): Rule =>
  (value, path, walk) => {
    component({
      ...shared,
      type: is.oneOf('default', 'text'),
      placeholder: is.placeholder,
      options: is.list(choosable),
      ...known,
    })(value, path, walk);
    const values = optionValues(value);
    if (new Set(values).size !== values.length)
      walk.report(codes.parse, `${path}.options`, 'two options share a value');
    if (!isRecord(value)) return;
    const chosen = Array.isArray(value.selected_values) ? value.selected_values : [];
    const initial = value.initial_option === undefined ? chosen : [...chosen, value.initial_option];
    const stray = values.length > 0 ? initial.find((item) => !values.includes(item)) : undefined;
    if (stray !== undefined)
      walk.report(codes.parse, path, `${JSON.stringify(stray)} is not one of the options`);
    if (typeof value.initial_index === 'number' && value.initial_index > values.length) {
      walk.report(codes.parse, `${path}.initial_index`, `there are ${values.length} options`);
    }
  };

const selectedValues = is.list(is.str());
const oneChosen: is.Fields = {
  initial_option: is.str(),
  initial_index: is.int(0, 100_000),
  value: is.objectValue,
};

const dated = (key: string, form: RegExp, wanted: string): Rule =>
  component({
    ...shared,
    placeholder: is.placeholder,
    value: is.objectValue,
    [key]: (value, path, walk) => {
      if (typeof value !== 'string' || !form.test(value))
        walk.report(codes.parse, path, `${wanted} is required`);
    },
  });

const overflow = component(
  {
    width,
    options: is.list(is.fields({ text: optionText, multi_url: is.links, value: is.str() }), Infinity, 1),
    value: is.objectValue,
    behaviors: is.behaviors,
    confirm: is.confirm,
  },
  ['options'],
);

const checker = component({
  ...shared,
  padding: is.padding,
  checked: is.bool,
  text: is.textOf(['plain_text', 'lark_md']),
  overall_checkable: is.bool,
  button_area: is.fields({
    pc_display_rule: is.oneOf('always', 'on_hover'),
    buttons: is.list(is.fields({ tag: is.oneOf('button'), ...buttonLook }), 3),
  }),
  checked_style: is.fields({ show_strikethrough: is.bool, opacity: is.num(0, 1) }),
});

const imageOption = is.fields(
  {
    img_key: is.image,
    value: is.str(),
    disabled: is.bool,
    disabled_tips: is.plainText,
    hover_tips: is.plainText,
  },
  ['img_key'],
);

const selectImage: Rule = (value, path, walk) => {
  component(
    {
      ...shared,
      multi_select: is.bool,
      layout: is.oneOf('stretch', 'bisect', 'trisect'),
      can_preview: is.bool,
      aspect_ratio: is.oneOf('1:1', '16:9', '4:3'),
      value: is.objectValue,
      options: is.list(imageOption),
    },
    ['options'],
  )(value, path, walk);
  if (isRecord(value) && value.multi_select === true && !walk.inForm) {
    walk.report(codes.parse, path, 'choosing several images works only in a form');
  }
};

/** The components people act on. */
export const inputs: Readonly<Record<string, Rule>> = {
  button: interactive(button),
  input: interactive(input),
  select_static: interactive(select(oneChosen, option)),
  multi_select_static: interactive(select({ selected_values: selectedValues }, option), 'form'),
  select_person: interactive(select({ initial_option: is.str(), value: is.objectValue }, personOption)),
  multi_select_person: interactive(select({ selected_values: selectedValues }, personOption), 'form'),
  date_picker: interactive(dated('initial_date', /^\d{4}-\d{2}-\d{2}$/, 'yyyy-MM-dd')),
  picker_time: interactive(dated('initial_time', /^\d{2}:\d{2}$/, 'HH:mm')),
  picker_datetime: interactive(
    dated('initial_datetime', /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/, 'yyyy-MM-dd HH:mm'),
  ),
  overflow,
  checker: interactive(checker),
  select_img: interactive(selectImage),
};
