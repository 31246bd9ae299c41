import { type Adapter, type ChatInstance, Message, type WebhookOptions } from 'chat';
import { doubt } from '../../../connectors/signature.js';

/** What a customer wrote, as the webhook brings it. */
export interface Said {
  conversationId: string;
  messageId: string;
  text: string;
}

const nothing = async (): Promise<void> => {};
const never = async (): Promise<never> => {
  throw new Error('nobody asks this here');
};
const wordsIn = (message: unknown): string =>
  typeof message === 'string' ? message : JSON.stringify(message);

/** The least that the package asks of an adapter: signed JSON comes in, JSON is posted to one address. */
export function jsonAdapter(secret: string, answerTo: string): Adapter<string, Said> {
  let chat: ChatInstance | undefined;
  let posted = 0;
  const parseMessage = (raw: Said): Message<Said> =>
    new Message<Said>({
      ...{ id: raw.messageId, threadId: raw.conversationId, text: raw.text, raw, attachments: [] },
      formatted: { type: 'root', children: [] },
      author: {
        ...{ userId: raw.conversationId, userName: raw.conversationId, fullName: raw.conversationId },
        ...{ isBot: false, isMe: false },
      },
      metadata: { dateSent: new Date(), edited: false },
    });
  const adapter: Adapter<string, Said> = {
    ...{ name: 'json', userName: 'bench' },
    async initialize(instance) {
      chat = instance;
    },
    async handleWebhook(request: Request, options?: WebhookOptions) {
      const body = Buffer.from(await request.arrayBuffer());
      if (doubt(Object.fromEntries(request.headers), body, secret, Date.now()))
        return new Response('forged', { status: 401 });
      const said: Said = JSON.parse(body.toString('utf8'));
      void chat?.processMessage(adapter, said.conversationId, parseMessage(said), options);
      return new Response('{}', { status: 202 });
    },
    parseMessage,
    async postMessage(threadId, message) {
      posted += 1;
      const raw = { conversationId: threadId, messageId: `answer-${posted}`, text: wordsIn(message) };
      const answer = await fetch(answerTo, {
        ...{ method: 'POST', body: JSON.stringify(raw) },
        headers: { 'content-type': 'application/json' },
      });
      if (!answer.ok) throw new Error(`the answer was refused: ${answer.status}`);
      return { id: raw.messageId, threadId, raw };
    },
    encodeThreadId: (id) => id,
    decodeThreadId: (id) => id,
    channelIdFromThreadId: (id) => id,
    fetchMessages: async () => ({ messages: [] }),
    fetchThread: async (id) => ({ id, channelId: id, metadata: {} }),
    renderFormatted: () => '',
    startTyping: nothing,
    addReaction: nothing,
    removeReaction: nothing,
    deleteMessage: nothing,
    editMessage: never,
  };
  return adapter;
}
