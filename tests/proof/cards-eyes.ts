/** What a member of an enterprise sees of its app in every chat of theirs, as their client draws it, and what they do there. */
import type { App } from '../enterprise-plan.js';
import type { Sandbox } from '../sandbox.js';

/** Something the app said or showed. */
export interface Seen {
  person: string;
  /** Their chat; or the topic in it, whose first message stands in the chat itself. */
  where: string;
  message: string;
  thread?: string;
  isCard: boolean;
  /** All that can be read on it. */
  words: string;
}

export interface ClickAnswer {
  toast?: { content: string };
  cardUpdated: boolean;
  error?: string;
  errorCode?: number;
}

interface ChatRow {
  id: string;
  kind: 'p2p' | 'group' | 'topic';
  peer?: { id: string };
}

interface MessageRow {
  id: string;
  author: { id: string; kind: string };
  content: object;
  card?: object;
  rootId?: string;
  threadId?: string;
  recalled?: boolean;
}

export class Eyes {
  readonly platform: string;

  constructor(
    private readonly sandbox: Sandbox,
    readonly app: App,
    readonly person: string,
    readonly name: string,
  ) {
    this.platform = app.platform.startsWith('wecom') ? 'wecom' : app.platform;
  }

  private async chats(): Promise<ChatRow[]> {
    const where = `platform=${this.platform}&as=${this.person}`;
    const { chats } = await this.sandbox.control<{ chats: ChatRow[] }>('GET', `chats?${where}`);
    const { id, chat } = this.app;
    return chats.filter((one) => one.id === chat || (one.kind === 'p2p' && one.peer?.id === id));
  }

  /** What the app said and showed, oldest first in each place. */
  async reads(): Promise<Seen[]> {
    const all: Seen[] = [];
    for (const chat of await this.chats()) {
      const query = new URLSearchParams({
        ...{ platform: this.platform, as: this.person, chat: chat.id },
        ...(chat.kind === 'topic' && { thread: '*' }),
      });
      const { messages } = await this.sandbox.control<{ messages: MessageRow[] }>('GET', `messages?${query}`);
      for (const { id, author, content, card, rootId, threadId, recalled } of messages)
        if (author.kind === 'bot' && !recalled)
          all.push({
            person: this.person,
            where: rootId === undefined || threadId === undefined ? chat.id : `${chat.id} ${threadId}`,
            message: id,
            thread: threadId,
            isCard: card !== undefined,
            words: readable(card ?? content),
          });
    }
    return all;
  }

  says(text: string, thread?: string): Promise<object> {
    const to = thread === undefined ? { bot: this.app.id } : { chat: this.app.chat, thread };
    return this.sandbox.control('POST', 'say', { platform: this.platform, as: this.person, ...to, text });
  }

  /** Presses a button by what it says; undefined: there is none that can be pressed. */
  async presses(message: string, text: string): Promise<ClickAnswer | undefined> {
    try {
      return await this.sandbox.control<ClickAnswer>('POST', 'click', {
        ...{ platform: this.platform, as: this.person, message, button: { text } },
      });
    } catch {
      return undefined;
    }
  }
}

/** What a client does not show: what buttons carry, and where they lead. */
const unread = new Set(['value', 'key', 'url', 'actionData', 'params', 'outTrackId', 'task_id']);

function readable(shown: object): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (Array.isArray(value)) for (const one of value) walk(one);
    else if (value !== null && typeof value === 'object')
      for (const [name, one] of Object.entries(value)) if (!unread.has(name)) walk(one);
  };
  walk(shown);
  return found.join('\n');
}
