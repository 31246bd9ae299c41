import { isRecord } from '../../kernel/shape.js';
import * as is from './objects.js';
import { type Fields, fields, present, taskId, words } from './rules.js';
import { codes, type Problem, type Rule, Walk, type Where } from './walk.js';

export type { Problem, Where } from './walk.js';

export const cardTypes = [
  'text_notice',
  'news_notice',
  'button_interaction',
  'vote_interaction',
  'multiple_interaction',
] as const;
export type CardType = (typeof cardTypes)[number];

export const cardTypeOf = (card: unknown): CardType | undefined =>
  cardTypes.find((type) => isRecord(card) && card.card_type === type);

/** Cards whose buttons call the app; the notices do so by their `action_menu` only. */
export const hasButtons = (card: unknown): boolean => {
  const type = cardTypeOf(card);
  return type !== undefined && type !== 'text_notice' && type !== 'news_notice';
};
export const callsBack = (card: unknown): boolean =>
  hasButtons(card) || (isRecord(card) && card.action_menu !== undefined);

/** Which field is in which card, besides `source`, `main_title` and `task_id`, and which are required. */
const kinds: Readonly<Record<CardType, { fields: Fields; required: readonly string[] }>> = {
  text_notice: {
    fields: {
      main_title: is.mainTitle,
      action_menu: is.actionMenu,
      quote_area: is.quoteArea,
      emphasis_content: is.emphasis,
      sub_title_text: is.subTitle,
      horizontal_content_list: is.horizontals,
      jump_list: is.jumps,
      card_action: is.mustOpen,
    },
    required: ['card_action'],
  },
  news_notice: {
    fields: {
      action_menu: is.actionMenu,
      quote_area: is.quoteArea,
      card_image: is.cardImage,
      image_text_area: is.imageTextArea,
      vertical_content_list: is.verticals,
      horizontal_content_list: is.horizontals,
      jump_list: is.jumps,
      card_action: is.mustOpen,
    },
    required: ['main_title', 'card_action'],
  },
  button_interaction: {
    fields: {
      action_menu: is.actionMenu,
      quote_area: is.quoteArea,
      sub_title_text: is.subTitle,
      horizontal_content_list: is.horizontals,
      card_action: is.mayOpen,
      button_selection: is.selection,
      button_list: is.buttons,
    },
    required: ['main_title', 'button_list'],
  },
  vote_interaction: {
    fields: { checkbox: is.checkbox, submit_button: is.submitButton },
    required: ['main_title', 'checkbox', 'submit_button'],
  },
  multiple_interaction: {
    fields: { select_list: is.selects, submit_button: is.submitButton },
    required: ['main_title', 'select_list', 'submit_button'],
  },
};

/**
 * All that WeCom would refuse in a template card, and all that its client would not show.
 * Sources: 发送应用消息, 更新模版卡片消息, 被动回复消息格式, 模板卡片类型 (AI bots), 消息推送配置说明 (webhooks).
 */
export function validateTemplateCard(card: unknown, where: Where): Problem[] {
  const walk = new Walk(where);
  const type = cardTypeOf(card);
  if (!isRecord(card) || !type) {
    walk.refuse(codes.parameter, 'card_type', `one of ${cardTypes.join(', ')} is required`);
    return walk.problems;
  }
  if (where === 'webhook' && hasButtons(card)) {
    walk.refuse(codes.parameter, 'card_type', 'a webhook sends text_notice and news_notice only');
    return walk.problems;
  }
  readFields(card, type, walk);
  readTogether(card, type, walk);
  return walk.problems;
}

function readFields(card: Record<string, unknown>, type: CardType, walk: Walk): void {
  const kind = kinds[type];
  const known: Record<string, Rule> = {
    card_type: () => {},
    source: is.source,
    main_title: is.titled,
    task_id: taskId,
    ...kind.fields,
    ...(walk.isBot ? { feedback: is.feedback } : {}),
    ...(walk.isUpdate && hasButtons(card) ? { replace_text: words() } : {}),
    ...(walk.where === 'passive' && type === 'button_interaction' ? { jump_list: is.jumps } : {}),
  };
  if (walk.where === 'webhook') delete known.action_menu;
  const mustHaveTask = walk.where === 'app' && callsBack(card);
  fields(known, [...kind.required, ...(mustHaveTask ? ['task_id'] : [])])(card, '', walk);
}

/** What no field shows by itself. */
function readTogether(card: Record<string, unknown>, type: CardType, walk: Walk): void {
  if (type === 'text_notice') {
    const titled = isRecord(card.main_title) && present(card.main_title.title);
    if (!titled && !present(card.sub_title_text))
      walk.refuse(codes.missing, 'main_title.title', 'this or sub_title_text is required');
  }
  if (type === 'news_notice' && card.card_image === undefined && card.image_text_area === undefined)
    walk.refuse(codes.missing, 'card_image', 'this or image_text_area is required');
  if (card.quote_area !== undefined && card.emphasis_content !== undefined)
    walk.cut('quote_area', 'the client has no room for it beside emphasis_content');
}
