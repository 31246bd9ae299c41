import type { ChatMessage, ChatPage, ChatSession } from '../connectors/web/chat/wire.js';
import { pageOrigin } from './company.js';
import { until } from './sandbox.js';

/** A customer at the web widget, over its plain HTTP ways. */
export interface Visitor {
  account: string;
  token: string;
  /** The page on which the widget stands. */
  origin: string;
  /** Sends one frame; `id` is the widget's own. */
  posts(body: object | string, headers?: Record<string, string>): Promise<Response>;
  says(text: string, id?: string): Promise<void>;
  /** What comes after this revision, as far as one page goes. */
  page(after: number): Promise<ChatPage>;
  /** All there is to read, in order. */
  reads(): Promise<ChatMessage[]>;
  /** Waits for a message of somebody else that holds these words. */
  hears(words: string): Promise<ChatMessage>;
}

let made = 0;

export async function openVisit(url: string, account: string, name: string): Promise<Visitor> {
  const base = `${url}/channels/web/${account}`;
  const opened = await fetch(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: pageOrigin },
    body: JSON.stringify({ identity: { name } }),
  });
  if (!opened.ok) throw new Error(`no session: ${opened.status} ${await opened.text()}`);
  const { token }: ChatSession = await opened.json();
  const headers = { authorization: `Bearer ${token}`, origin: pageOrigin };

  const posts: Visitor['posts'] = (body, more) =>
    fetch(`${base}/send`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...more },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const page = async (after: number): Promise<ChatPage> => {
    const answer = await fetch(`${base}/messages?after=${after}`, { headers });
    if (!answer.ok) throw new Error(`nothing to read: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const reads = async (): Promise<ChatMessage[]> => {
    const all: ChatMessage[] = [];
    for (let after = 0; ; ) {
      const read = await page(after);
      all.push(...read.messages);
      if (!read.more) return all;
      after = read.after;
    }
  };
  return {
    account,
    token,
    origin: pageOrigin,
    posts,
    page,
    reads,
    async says(text, id) {
      made += 1;
      const answer = await posts({ id: id ?? `m-${made}`, text });
      if (!answer.ok) throw new Error(`not taken: ${answer.status} ${await answer.text()}`);
    },
    async hears(words) {
      let found: ChatMessage | undefined;
      await until(`the customer reads ${words}`, async () => {
        found = (await reads()).find(
          ({ by, content }) =>
            by.kind !== 'customer' && content.type === 'text' && content.text.includes(words),
        );
        return found !== undefined;
      });
      if (!found) throw new Error('what was found is gone');
      return found;
    },
  };
}
