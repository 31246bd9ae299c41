import { childOf, type XmlNode } from '../callback/xml.js';
import type { Card } from '../world.js';

/**
 * A card as a passive reply writes it, CamelCase XML, read into the JSON that all else speaks of. Lists are repeated
 * elements; what no page names keeps a name that the rules refuse. Source: 被动回复消息格式 (模板卡片更新消息).
 */
type Read = (node: XmlNode) => unknown;

const word: Read = (node) => node.text;
const whole: Read = (node) => (/^\d+$/.test(node.text.trim()) ? Number(node.text) : node.text);
const decimal: Read = (node) => (/^\d+(\.\d+)?$/.test(node.text.trim()) ? Number(node.text) : node.text);
const truth: Read = (node) => {
  const text = node.text.trim().toLowerCase();
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
};

interface Field {
  name: string;
  read: Read;
  many?: boolean;
}
type Fields = Readonly<Record<string, Field>>;

const object =
  (fields: Fields): Read =>
  (node) => {
    const read: Record<string, unknown> = {};
    for (const child of node.children) {
      const field = fields[child.name] ?? { name: `<${child.name}>`, read: word };
      const before = read[field.name];
      const value = field.read(child);
      read[field.name] = field.many ? [...(Array.isArray(before) ? before : []), value] : value;
    }
    return read;
  };

const link: Fields = {
  Type: { name: 'type', read: whole },
  Url: { name: 'url', read: word },
  AppId: { name: 'appid', read: word },
  Appid: { name: 'appid', read: word },
  PagePath: { name: 'pagepath', read: word },
};
const titleAndDesc: Fields = { Title: { name: 'title', read: word }, Desc: { name: 'desc', read: word } };
const option = object({
  Id: { name: 'id', read: word },
  Text: { name: 'text', read: word },
  IsChecked: { name: 'is_checked', read: truth },
});
const question: Fields = {
  QuestionKey: { name: 'question_key', read: word },
  Title: { name: 'title', read: word },
  SelectedId: { name: 'selected_id', read: word },
  Disable: { name: 'disable', read: truth },
  Mode: { name: 'mode', read: whole },
  OptionList: { name: 'option_list', read: option, many: true },
};
const button: Fields = {
  Text: { name: 'text', read: word },
  Style: { name: 'style', read: whole },
  Key: { name: 'key', read: word },
};

const card = object({
  CardType: { name: 'card_type', read: word },
  Source: {
    name: 'source',
    read: object({
      IconUrl: { name: 'icon_url', read: word },
      Desc: { name: 'desc', read: word },
      DescColor: { name: 'desc_color', read: whole },
    }),
  },
  ActionMenu: {
    name: 'action_menu',
    read: object({
      Desc: { name: 'desc', read: word },
      ActionList: { name: 'action_list', read: object(button), many: true },
    }),
  },
  MainTitle: { name: 'main_title', read: object(titleAndDesc) },
  EmphasisContent: { name: 'emphasis_content', read: object(titleAndDesc) },
  QuoteArea: {
    name: 'quote_area',
    read: object({
      ...link,
      Title: { name: 'title', read: word },
      QuoteText: { name: 'quote_text', read: word },
    }),
  },
  SubTitleText: { name: 'sub_title_text', read: word },
  CardImage: {
    name: 'card_image',
    read: object({
      Url: { name: 'url', read: word },
      AspectRatio: { name: 'aspect_ratio', read: decimal },
    }),
  },
  ImageTextArea: {
    name: 'image_text_area',
    read: object({ ...link, ...titleAndDesc, ImageUrl: { name: 'image_url', read: word } }),
  },
  VerticalContentList: { name: 'vertical_content_list', read: object(titleAndDesc), many: true },
  HorizontalContentList: {
    name: 'horizontal_content_list',
    read: object({
      KeyName: { name: 'keyname', read: word },
      Value: { name: 'value', read: word },
      Type: { name: 'type', read: whole },
      Url: { name: 'url', read: word },
      MediaId: { name: 'media_id', read: word },
      UserId: { name: 'userid', read: word },
    }),
    many: true,
  },
  JumpList: {
    name: 'jump_list',
    read: object({ ...link, Title: { name: 'title', read: word } }),
    many: true,
  },
  CardAction: { name: 'card_action', read: object({ ...link, Title: { name: 'title', read: word } }) },
  ButtonSelection: { name: 'button_selection', read: object(question) },
  ButtonList: { name: 'button_list', read: object(button), many: true },
  CheckBox: { name: 'checkbox', read: object(question) },
  SelectList: { name: 'select_list', read: object(question), many: true },
  SubmitButton: { name: 'submit_button', read: object(button) },
  ReplaceText: { name: 'replace_text', read: word },
  TaskId: { name: 'task_id', read: word },
});

export function readPassiveCard(reply: XmlNode): Card {
  const node = childOf(reply, 'TemplateCard');
  const read = node ? card(node) : {};
  return typeof read === 'object' && read !== null ? { ...read } : {};
}
