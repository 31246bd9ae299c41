import { isRecord } from '../../kernel/shape.js';
import { body } from './containers.js';
import { element } from './element.js';
import * as is from './rules.js';
import { codes, countTagged, type Known, type Problem, type Rule, Walk } from './walk.js';

export type { Known, Problem } from './walk.js';

export const CARD_BYTES_MAX = 30 * 1024;
const TAGGED_MAX = 200;
const TABLES_MAX = 5;

/**
 * Everything Feishu would refuse in a card of schema 2.0; an empty list means the card can be sent.
 *
 * @param card the card object, not its JSON text
 * @param known which people and images exist; without it every well-formed id is believed
 * @returns problems in reading order. Code 200530 (names inside forms) is only seen when somebody clicks; all others refuse the card.
 * Source: 卡片 JSON 2.0 结构, its component pages, and 卡片 JSON 2.0 版本更新说明.
 */
export function validateCard(card: unknown, known: Known = {}): Problem[] {
  const walk = new Walk(known, element);
  if (!isRecord(card)) {
    walk.report(codes.parse, '', 'a card is an object');
    return walk.problems;
  }
  if (Object.keys(card).length > 0 && card.schema !== '2.0') {
    walk.report(codes.parse, 'schema', 'a card of schema "2.0" is required');
  }
  readStyles(card, walk);
  root(card, '', walk);
  readTotals(card, walk);
  return walk.problems;
}

const language =
  /^(zh_cn|en_us|ja_jp|zh_hk|zh_tw|id_id|vi_vn|th_th|pt_br|es_es|ko_kr|de_de|fr_fr|it_it|ru_ru|ms_my)$/;
const locale: Rule = (value, path, walk) => {
  if (typeof value !== 'string' || !language.test(value))
    walk.report(codes.parse, path, 'a language such as zh_cn');
};

const shared: Rule = (value, path, walk) => {
  if (value !== true) walk.report(codes.notShared, path, 'update_multi: only true is possible');
};

const config = is.fields({
  streaming_mode: is.bool,
  streaming_config: is.objectValue,
  summary: is.fields({ content: is.str(), i18n_content: is.dictionary(is.str()) }),
  locales: is.list(locale),
  enable_forward: is.bool,
  update_multi: shared,
  width_mode: is.oneOf('default', 'compact', 'fill'),
  use_custom_translation: is.bool,
  enable_forward_interaction: is.bool,
  style: is.fields({
    text_size: is.dictionary(
      is.fields({
        default: is.oneOf(...is.textSizes),
        pc: is.oneOf(...is.textSizes),
        mobile: is.oneOf(...is.textSizes),
      }),
    ),
    color: is.dictionary(is.fields({ light_mode: is.rgbaColour, dark_mode: is.rgbaColour })),
  }),
});

const tagColours = [
  ...['neutral', 'blue', 'turquoise', 'lime', 'orange', 'violet', 'indigo'],
  ...['wathet', 'green', 'yellow', 'red', 'purple', 'carmine'],
];
const templates = [
  ...['blue', 'wathet', 'turquoise', 'green', 'yellow', 'orange', 'red'],
  ...['carmine', 'violet', 'purple', 'indigo', 'grey', 'default'],
];
const headerText = is.textOf(['plain_text', 'lark_md']);
const tags = is.list(
  is.fields(
    { tag: is.oneOf('text_tag'), element_id: is.str(20), text: is.plainText, color: is.oneOf(...tagColours) },
    ['tag'],
  ),
  3,
);

const header = is.fields(
  {
    title: headerText,
    subtitle: headerText,
    text_tag_list: tags,
    i18n_text_tag_list: is.dictionary(tags),
    template: is.oneOf(...templates),
    icon: is.icon,
    padding: is.padding,
  },
  ['title'],
);

const cardLink: Rule = (value, path, walk) => {
  is.links(value, path, walk);
  if (!isRecord(value) || value.url) return;
  if (!value.pc_url || !value.ios_url || !value.android_url) {
    walk.report(codes.parse, path, 'url, or all of pc_url, ios_url and android_url');
  }
};

const root = is.fields({ schema: is.any, config, card_link: cardLink, header, body });

/** Names that the card's own config makes usable as text sizes and colours. */
function readStyles(card: Record<string, unknown>, walk: Walk): void {
  const style = isRecord(card.config) && isRecord(card.config.style) ? card.config.style : {};
  for (const name of Object.keys(isRecord(style.text_size) ? style.text_size : {})) walk.textSizes.add(name);
  for (const name of Object.keys(isRecord(style.color) ? style.color : {})) walk.colours.add(name);
}

function readTotals(card: Record<string, unknown>, walk: Walk): void {
  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > CARD_BYTES_MAX) walk.report(codes.tooLong, '', `${bytes} bytes, at most ${CARD_BYTES_MAX}`);
  const tagged = countTagged(card);
  if (tagged > TAGGED_MAX)
    walk.report(codes.tooMany, '', `${tagged} elements and components, at most ${TAGGED_MAX}`);
  if (walk.tables > TABLES_MAX) {
    walk.report(codes.tooMany, '', `card table number over limit: ${walk.tables}, at most ${TABLES_MAX}`);
  }
}
