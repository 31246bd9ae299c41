import { drawCard } from '../../dingtalk/card/draw.js';
import { readTemplate } from '../../dingtalk/card/template.js';
import pageStyles from '../page.css';
import chatStyles from './chat/chat.css';
import messageStyles from './chat/message.css';
import type { Message } from './control/shapes.js';
import { h } from './dom/element.js';
import groundStyles from './gallery/ground.css';
import { drawings } from './panes/platforms.js';
import type { PlatformName } from './platform.js';

/** A message that nobody sent: what a platform was to be asked to show, in its own words. */
export interface Shown {
  platform: PlatformName;
  /** `interactive`, `interactiveCard`, `template_card`, `text`: as the platform's client calls it. */
  type: string;
  content?: unknown;
  /** A Feishu card or a WeCom template card; of DingTalk what `DingtalkCard` says. */
  card?: unknown;
}

/** A DingTalk card: the template's file and what it is filled with, for everybody and for who looks at it. */
export interface DingtalkCard {
  template: string;
  cardData: Readonly<Record<string, string>>;
  privateData?: Readonly<Record<string, string>>;
}

/**
 * Draws a message as that platform's client shows it, and nothing of it can be pressed. Pages of others call it as
 * `sandboxClients.draw`. It stands in a shadow of the element, since style sheets of clients are made for whole pages.
 */
function draw(into: HTMLElement, shown: Shown & { dingtalk?: DingtalkCard }): void {
  const drawing = drawings[shown.platform];
  const message: Message = {
    ...{ id: 'shown', seq: 1, at: 0, author: { id: 'bot', name: '', kind: 'bot' } },
    ...{ type: shown.type, content: shown.content },
    card: shown.dingtalk ? drawnFrom(shown.dingtalk) : shown.card,
  };
  const drawn = drawing.drawContent(message, {
    ...{ as: 'shown', nameOf: () => null, members: () => [], drafts: new Map() },
    ...{ press: async () => {}, openLink: () => {} },
  });
  const shadow = into.shadowRoot ?? into.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = sheets;
  shadow.replaceChildren(
    h('div', { class: `gallery-ground ${drawing.theme}` }, drawn ?? h('p', {}, `[${shown.type}]`)),
  );
}

const drawnFrom = ({ template, cardData, privateData }: DingtalkCard) =>
  drawCard(readTemplate(template), { cardData, privateData });

const sheets = [
  // There is no root in a shadow.
  pageStyles.replaceAll(':root', ':host'),
  ...[chatStyles, messageStyles, ...Object.values(drawings).flatMap(({ styles }) => styles), groundStyles],
].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});

Object.assign(globalThis, { sandboxClients: { draw } });
