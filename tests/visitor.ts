import type { ChatMessage, ChatPage, ChatSession } from '../connectors/web/chat/wire.js';
import { pageOrigin } from './company.js';
import { until } from './sandbox.js';

/** A customer at the web widget, over its plain HTTP ways. */
export interface Visitor {
  account: string;
  token: string;
  /** Sends one frame; `id` is the widget's own. */
  posts(body: object | string, headers?: Record<string, string>): Promise<Response>;
  says(text: string, id?: string): Promise<void>;
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
  const reads = async (): Promise<ChatMessage[]> => {
    const all: ChatMessage[] = [];
    for (let after = 0; ; ) {
      const answer = await fetch(`${base}/messages?after=${after}`, { headers });
      const page: ChatPage = await answer.json();
      all.push(...page.messages);
      if (!page.more) return all;
      after = page.after;
    }
  };
  return {
    account,
    token,
    posts,
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
