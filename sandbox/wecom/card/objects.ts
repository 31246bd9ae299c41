import { isRecord } from '../../kernel/shape.js';
import {
  address,
  all,
  bool,
  by,
  type Fields,
  fields,
  KEY_BYTES_MAX,
  list,
  needs,
  OPTION_ID_BYTES_MAX,
  oneOf,
  present,
  someWords,
  unique,
  words,
} from './rules.js';
import { codes, type Rule } from './walk.js';

/** The parts of cards. Sources: 发送应用消息, 模板卡片类型; lengths are for apps, then for bots and webhooks. */
const link: Fields = { url: address, appid: words(), pagepath: words() };
const opens = { 1: 'url', 2: 'appid' };

export const source = fields({ icon_url: address, desc: words(20, 13), desc_color: oneOf(0, 1, 2, 3) });

export const actionMenu = fields(
  {
    desc: words(),
    action_list: by((walk) =>
      list(
        fields({ text: someWords(undefined, undefined, codes.name), key: unique('menu', KEY_BYTES_MAX) }, [
          'text',
          'key',
        ]),
        1,
        // The page on passive replies says ten where all others say three.
        walk.where === 'passive' ? 10 : 3,
      ),
    ),
  },
  ['action_list'],
);

export const mainTitle = fields({ title: words(36, 26), desc: words(44, 30) });
export const titled: Rule = all(mainTitle, (value, path, walk) => {
  if (isRecord(value) && !present(value.title)) walk.refuse(codes.missing, `${path}.title`, 'is required');
});
export const emphasis = fields({ title: words(14, 10), desc: words(22, 15) });
export const subTitle = words(160, 112);

export const quoteArea = all(
  fields({ type: oneOf(0, 1, 2), ...link, title: words(), quote_text: words() }),
  needs(opens),
);

const horizontal = all(
  fields(
    {
      keyname: someWords(5),
      value: words(30, 26),
      type: by((walk) => (walk.isBot ? oneOf(0, 1, 3) : oneOf(0, 1, 2, 3))),
      url: address,
      media_id: words(),
      userid: words(),
    },
    ['keyname'],
  ),
  needs({ 1: 'url', 2: 'media_id', 3: 'userid' }),
);
export const horizontals = list(horizontal, 0, 6);

const QUESTION_BYTES_MAX = 200;
const question: Rule = (value, path, walk) => {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > QUESTION_BYTES_MAX)
    walk.refuse(codes.parameter, path, `1 to ${QUESTION_BYTES_MAX} bytes are required`);
};
export const jumps = list(
  by((walk) =>
    all(
      fields(
        {
          title: someWords(18, 13),
          type: walk.isBot ? oneOf(0, 1, 2, 3) : oneOf(0, 1, 2),
          ...link,
          ...(walk.isBot ? { question } : {}),
        },
        ['title'],
      ),
      needs({ ...opens, 3: 'question' }),
    ),
  ),
  0,
  3,
);

/** The XML of a passive reply has a title here, which nothing else knows. */
const action = (...types: readonly number[]): Rule =>
  by((walk) =>
    all(
      fields({ type: oneOf(...types), ...link, ...(walk.where === 'passive' ? { title: words() } : {}) }),
      needs(opens),
    ),
  );
export const mustOpen: Rule = all(action(1, 2), (value, path, walk) => {
  if (isRecord(value) && value.type === undefined) walk.refuse(codes.missing, `${path}.type`, 'is required');
});
export const mayOpen = action(0, 1, 2);

const ratio: Rule = (value, path, walk) => {
  if (typeof value !== 'number' || value < 1.3 || value >= 2.25)
    walk.refuse(codes.parameter, path, 'a number from 1.3 to below 2.25 is required');
};
export const cardImage = fields({ url: address, aspect_ratio: ratio }, ['url']);

export const imageTextArea = all(
  fields({ type: oneOf(0, 1, 2), ...link, title: words(), desc: words(), image_url: address }, ['image_url']),
  needs(opens),
);

export const verticals = list(fields({ title: someWords(38, 26), desc: words(160, 112) }, ['title']), 0, 4);

/** Options are compared within their own list, whose path names it. */
const options =
  (max: number, text: Rule, more: Fields = {}): Rule =>
  (value, path, walk) =>
    list(fields({ id: unique(path, OPTION_ID_BYTES_MAX), text, ...more }, ['id', 'text']), 1, max)(
      value,
      path,
      walk,
    );

export const selection = fields(
  {
    question_key: unique('question', KEY_BYTES_MAX),
    title: words(13),
    option_list: options(10, someWords(16, 10)),
    selected_id: words(),
    disable: bool,
  },
  ['question_key', 'option_list'],
);
export const selects = list(selection, 1, 3);

export const checkbox = fields(
  {
    question_key: unique('question', KEY_BYTES_MAX),
    option_list: options(20, someWords(17, 11), { is_checked: bool }),
    mode: oneOf(0, 1),
    disable: bool,
  },
  ['question_key', 'option_list'],
);

export const submitButton = fields({ text: words(10), key: unique('key', KEY_BYTES_MAX) }, ['key']);

const style: Rule = (value, path, walk) => {
  if (![1, 2, 3, 4].some((known) => known === value)) walk.cut(path, 'an unknown style is shown as 1');
};
const buttonText = someWords(10, 10, codes.name);

/** Only an app's buttons may open an address; those need no key. */
const appButton: Rule = (value, path, walk) => {
  const opensAddress = isRecord(value) && value.type === 1;
  all(
    fields(
      {
        text: buttonText,
        style,
        type: oneOf(0, 1),
        url: address,
        key: unique('key', KEY_BYTES_MAX),
      },
      opensAddress ? ['text'] : ['text', 'key'],
    ),
    needs({ 1: 'url' }),
  )(value, path, walk);
};
const plainButton = fields({ text: buttonText, style, key: unique('key', KEY_BYTES_MAX) }, ['text', 'key']);
export const buttons = list(
  by((walk) => (walk.where === 'app' || walk.where === 'app-update' ? appButton : plainButton)),
  1,
  6,
);

export const feedback = fields(
  {
    id: (value, path, walk) => {
      if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > 256)
        walk.refuse(codes.parameter, path, '1 to 256 bytes are required');
    },
  },
  ['id'],
);
