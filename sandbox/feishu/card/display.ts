import { isRecord } from '../../kernel/shape.js';
import { component } from './base.js';
import * as is from './rules.js';
import { codes, type Rule } from './walk.js';

const avatarSize = is.oneOf('extra_small', 'small', 'medium', 'large');

const personList: Rule = (value, path, walk) => {
  const tolerant = isRecord(value) && value.drop_invalid_user_id === true;
  component(
    {
      persons: is.list(is.fields({ id: tolerant ? is.str() : is.person }, ['id'])),
      show_name: is.bool,
      show_avatar: is.bool,
      size: avatarSize,
      lines: is.int(1, 1_000),
      drop_invalid_user_id: is.bool,
      icon: is.icon,
    },
    ['persons'],
  )(value, path, walk);
};

const combined: Readonly<Record<string, number>> = { double: 2, triple: 3, bisect: 6, trisect: 9 };

const imageCombination: Rule = (value, path, walk) => {
  const mode = isRecord(value) && typeof value.combination_mode === 'string' ? value.combination_mode : '';
  component(
    {
      combination_mode: is.oneOf(...Object.keys(combined)),
      combination_transparent: is.bool,
      corner_radius: is.radius,
      img_list: is.list(is.fields({ img_key: is.image }, ['img_key']), combined[mode]),
    },
    ['combination_mode', 'img_list'],
  )(value, path, walk);
};

const imageSize: Rule = (value, path, walk) => {
  const words = ['large', 'medium', 'small', 'tiny', 'stretch'];
  if (typeof value === 'string' && (words.includes(value) || /^\d{1,4}px \d{1,4}px$/.test(value))) return;
  walk.report(codes.parse, path, `size: ${words.join(', ')} or "100px 100px"`);
};

/** The components that only show something. */
export const display: Readonly<Record<string, Rule>> = {
  markdown: component(
    {
      content: is.markdown,
      i18n_content: is.dictionary(is.markdown),
      text_align: is.horizontal,
      text_size: is.textSize,
      icon: is.icon,
    },
    ['content'],
  ),
  div: component({
    text: is.textOf(['plain_text', 'lark_md']),
    width: is.px(16, 999, 'fill', 'auto'),
    icon: is.icon,
  }),
  img: component(
    {
      img_key: is.image,
      i18n_img_key: is.dictionary(is.image),
      alt: is.plainText,
      title: is.textOf(['plain_text', 'lark_md']),
      corner_radius: is.radius,
      scale_type: is.oneOf('crop_center', 'crop_top', 'fit_horizontal'),
      size: imageSize,
      transparent: is.bool,
      preview: is.bool,
    },
    ['img_key', 'alt'],
  ),
  img_combination: imageCombination,
  hr: component({}),
  person: component(
    {
      user_id: is.person,
      size: avatarSize,
      show_avatar: is.bool,
      show_name: is.bool,
      style: is.oneOf('normal', 'capsule'),
    },
    ['user_id'],
  ),
  person_list: personList,
  chart: component(
    {
      chart_spec: (value, path, walk) => {
        if (!isRecord(value)) walk.report(codes.chart, path, 'chart spec is invalid');
      },
      aspect_ratio: is.oneOf('1:1', '2:1', '4:3', '16:9'),
      color_theme: is.oneOf('brand', 'rainbow', 'complementary', 'converse', 'primary'),
      preview: is.bool,
      height: is.px(1, 999, 'auto'),
    },
    ['chart_spec'],
  ),
};
