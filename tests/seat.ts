import type { Sandbox } from './sandbox.js';
import { until } from './sandbox.js';

/** A message as somebody sees it in the sandbox's client (sandbox/README.md). */
export interface SeenMessage {
  id: string;
  seq: number;
  type: string;
  author: { id: string; name: string; kind: 'person' | 'bot' };
  content: { text?: string };
  card?: object;
  threadId?: string;
  recalled?: boolean;
}

export interface SeenClick {
  toast?: { type: string; content: string };
  cardUpdated: boolean;
  errorCode?: number;
  error?: string;
}

interface SeenChat {
  id: string;
  kind: 'p2p' | 'group' | 'topic';
}

/** Somebody at work in Feishu: what they see, say and press. */
export class Seat {
  constructor(
    private readonly sandbox: Sandbox,
    readonly person: string,
  ) {}

  /** What is to be seen in a chat: the main list, or with `thread` one topic (`*` for everything). */
  async sees(chat: string, thread?: string): Promise<SeenMessage[]> {
    const query = new URLSearchParams({ as: this.person, chat, ...(thread && { thread }) });
    return (await this.sandbox.control<{ messages: SeenMessage[] }>('GET', `messages?${query}`)).messages;
  }

  /** What the bot told this person one to one. */
  async told(): Promise<SeenMessage[]> {
    const { chats } = await this.sandbox.control<{ chats: SeenChat[] }>('GET', `chats?as=${this.person}`);
    const direct = chats.find(({ kind }) => kind === 'p2p');
    return direct ? (await this.sees(direct.id)).filter(({ author }) => author.kind === 'bot') : [];
  }

  /** Waits for a card in a chat whose text holds all these words. */
  async card(chat: string, ...words: string[]): Promise<SeenMessage> {
    let found: SeenMessage | undefined;
    await until(`${this.person} sees a card with ${words.join(', ')}`, async () => {
      found = (await this.sees(chat)).findLast(
        (one) => one.card && words.every((word) => cardText(one).includes(word)),
      );
      return found !== undefined;
    });
    return found ?? never();
  }

  /** Waits for a message in a topic that holds these words. */
  async hears(chat: string, thread: string, words: string): Promise<SeenMessage> {
    let found: SeenMessage | undefined;
    await until(`${this.person} hears ${words}`, async () => {
      found = (await this.sees(chat, thread)).findLast((one) => one.content.text?.includes(words));
      return found !== undefined;
    });
    return found ?? never();
  }

  says(
    where: { chat: string; thread?: string } | { bot: string },
    text: string,
  ): Promise<{ messageId: string }> {
    return this.sandbox.control('POST', 'say', { as: this.person, ...where, text });
  }

  clicks(message: string, button: object, more: { form?: object } = {}): Promise<SeenClick> {
    return this.sandbox.control('POST', 'click', { as: this.person, message, button, ...more });
  }
}

/** All that can be read on a card. */
export const cardText = (message: SeenMessage): string => JSON.stringify(message.card ?? {});

const never = (): never => {
  throw new Error('what was found is gone');
};
