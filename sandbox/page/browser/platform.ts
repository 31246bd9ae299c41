import type { App, Message } from './control/shapes.js';
import type { Entry } from './state/client.js';

export type PlatformName = 'feishu' | 'dingtalk' | 'wecom';

/** How one platform's client looks and what it lets people do. One per platform, in the folder of its name. */
export interface PlatformDrawing {
  id: PlatformName;
  /** As the client calls itself: 飞书, 钉钉, 企业微信. */
  name: string;
  /** The CSS class on the pane of this client; `styles` set colours and shapes under it. */
  theme: string;
  /** Style sheets, put on the page once. Every selector stands under `theme` or begins with the platform's name. */
  styles: readonly string[];
  /** What may be done in this chat. */
  abilities: (entry: Entry) => Abilities;
  /** Where a bot's menu stands: beside its name, or at the bottom under the box. */
  menu: 'head' | 'foot';
  /** What stands beside a bot's name: 机器人, 应用, 智能助手. */
  botWord: (app: App | null) => string;
  /**
   * Draws what a message says: text, image, card, whatever its `type` and `card` hold. Nothing of it is ever parsed as
   * HTML. `undefined` when this client does not know the type; it is then shown as one that has no preview.
   */
  drawContent: (message: Message, context: DrawContext) => HTMLElement | undefined;
  /** What the client says when a press came to nothing, by the sandbox's `errorCode`. */
  clickWords: (code: number) => string;
}

/** What the composer and the tools on a message offer in a chat. */
export interface Abilities {
  quote: boolean;
  mention: boolean;
  images: boolean;
  files: boolean;
  /** Words and one picture go as one message, where the platform has such. */
  together?: boolean;
  /** People can say where they are. */
  location?: boolean;
  edit: boolean;
  recall: boolean;
  react: boolean;
}

/** What a drawn message may ask of the client it is in. */
export interface DrawContext {
  /** Who looks at it: cards may show each person something else. */
  as: string;
  /** The name of a person or bot, by any of their ids; null for strangers. */
  nameOf: (id: string) => string | null;
  /** Everyone in the chat, by the ids under which the message's author knows them. */
  members: () => { id: string; name: string }[];
  /** What was typed into this message and not yet sent, by field name. It outlives a repaint. */
  drafts: Drafts;
  /** Sends a press and shows the answer; the element carries `aria-busy` meanwhile, and a second press is not sent. */
  press: (element: HTMLElement, press: Press) => Promise<void>;
  /** Opens an address in the client's own browser, where one is known as this person. Links (`<a href>`) need no such call. */
  openLink: (address: string) => void;
}

export type Drafts = Map<string, unknown>;

/** What was pressed and with what; the shape of `POST /control/click`. */
export interface Press {
  button?: { name: string } | { text: string } | { path: (string | number)[] };
  value?: unknown;
  form?: Record<string, unknown>;
}
