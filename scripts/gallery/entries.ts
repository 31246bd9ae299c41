import { readFile } from 'node:fs/promises';
import type { AdaptiveCard } from '../../cards/adaptive.js';
import { bind } from '../../cards/bind.js';
import { renderDingtalk } from '../../cards/dingtalk/render.js';
import { renderFeishu } from '../../cards/feishu/render.js';
import { conversationSamples } from '../../cards/samples/conversation.js';
import { listSamples } from '../../cards/samples/lists.js';
import { samples } from '../../cards/samples.js';
import { shortenTexts } from '../../cards/shorten.js';
import { renderWecom } from '../../cards/wecom/render.js';
import type { CardView } from '../../core/cards/card.js';
import { type Locale, text } from '../../core/i18n/texts.js';

export type Surface = 'feishu' | 'dingtalk' | 'wecom' | 'html';
export const surfaces: readonly Surface[] = ['feishu', 'dingtalk', 'wecom', 'html'];

/** A message for `sandboxClients.draw`; what that takes is said in the sandbox, which is not imported. */
export interface Shown {
  platform: 'feishu' | 'dingtalk' | 'wecom';
  type: string;
  content?: unknown;
  card?: unknown;
  dingtalk?: { cardData: object; privateData: object };
}

export interface Entry {
  name: string;
  /** Which picture of the documentation it stands in. */
  group: 'conversation' | 'lists' | 'others';
  card: CardView['template'];
  state: string;
  locale: Locale;
  hostile: boolean;
  shown: Record<Exclude<Surface, 'html'>, Shown>;
  html: AdaptiveCard;
  /** What each surface was sent, in bytes of JSON. */
  bytes: Record<Surface, number>;
}

/** As the signed page does. */
const PARAGRAPH_MAX = 1000;
const page = 'https://desk.example/pages/0123456789abcdef';

/** Every card in each of its states, as each surface gets it. */
export const entries = (): Entry[] => Object.entries(samples).map(([name, view]) => entryOf(name, view));

/** The template that DingTalk's cards fill. */
export const dingtalkTemplate = (): Promise<string> =>
  readFile(new URL('../../cards/dingtalk/templates/imdesk.json', import.meta.url), 'utf8');

function entryOf(name: string, view: CardView): Entry {
  const feishu = renderFeishu(view);
  const { cardParamMap, privateParamMap } = renderDingtalk(view);
  const wecom = wecomOf(view);
  const html = shortenTexts(bind(view), PARAGRAPH_MAX);
  const size = (payload: unknown) => Buffer.byteLength(JSON.stringify(payload));
  return {
    name,
    group: groupOf(view),
    card: view.template,
    state: stateOf(view),
    locale: view.locale,
    hostile: name.endsWith(', hostile'),
    shown: {
      feishu: { platform: 'feishu', type: 'interactive', card: feishu },
      dingtalk: {
        ...{ platform: 'dingtalk', type: 'interactiveCard' },
        dingtalk: { cardData: cardParamMap, privateData: privateParamMap },
      },
      wecom,
    },
    html,
    bytes: {
      ...{ feishu: size(feishu), dingtalk: size({ cardParamMap, privateParamMap }) },
      ...{ wecom: size(wecom.card ?? wecom.content), html: size(html) },
    },
  };
}

/** A card that is for one member leads to its page; the desk's and the customer's do not, and may have to be said in words. */
function wecomOf(view: CardView): Shown {
  const shown = view.template === 'desk' || view.template === 'rating' ? view : { ...view, page };
  const card = renderWecom(shown, { where: 'app', taskId: 'card-1', replaced: replacedIn(view) });
  return card
    ? { platform: 'wecom', type: 'template_card', card }
    : { platform: 'wecom', type: 'text', content: { content: view.plain } };
}

/** Where a card is over it was sent while something could be pressed, and is an update of that. */
const replacedIn = (view: CardView): string | undefined =>
  ['done', 'gone', 'sent', 'dropped', 'renewed'].includes(stateOf(view))
    ? text(view.locale, 'card.settled')
    : undefined;

const stateOf = ({ data }: CardView): string => ('state' in data ? data.state : '');

const groupNames = new Set(Object.values(listSamples).map(({ template }) => template));
const conversationNames = new Set(Object.values(conversationSamples).map(({ template }) => template));
const groupOf = ({ template }: CardView): Entry['group'] =>
  conversationNames.has(template) ? 'conversation' : groupNames.has(template) ? 'lists' : 'others';
