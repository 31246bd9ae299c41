import type { WecomCard } from '../../cards/wecom/card.js';
import type { XmlFields } from '../../core/text/xml.js';

/**
 * A card in the words of a passive reply: the same as its JSON, in CamelCase, with lists as repeated elements, and without
 * the task, which an update does not have.
 * Source: developer.work.weixin.qq.com, 被动回复消息格式 → 模板卡片更新消息.
 */
export function passiveCard(card: WecomCard): XmlFields {
  const { source, main_title: title, quote_area: quote, card_action: opens } = card;
  return {
    CardType: card.card_type,
    Source: source && { Desc: source.desc, DescColor: source.desc_color },
    MainTitle: { Title: title.title, Desc: title.desc },
    QuoteArea: quote && { Type: 0, Title: quote.title, QuoteText: quote.quote_text },
    SubTitleText: card.sub_title_text,
    HorizontalContentList: card.horizontal_content_list?.map(({ keyname, value, type, url }) => ({
      KeyName: keyname,
      Value: value,
      Type: type,
      Url: url,
    })),
    CardAction: opens && { Type: opens.type, Url: opens.url },
    ...(card.card_type === 'button_interaction' && controls(card)),
  };
}

const controls = (card: Extract<WecomCard, { card_type: 'button_interaction' }>): XmlFields => ({
  ButtonSelection: card.button_selection && {
    QuestionKey: card.button_selection.question_key,
    Title: card.button_selection.title,
    OptionList: card.button_selection.option_list.map(({ id, text }) => ({ Id: id, Text: text })),
  },
  ButtonList: card.button_list.map(({ text, style, key }) => ({ Text: text, Style: style, Key: key })),
  ReplaceText: card.replace_text,
});
