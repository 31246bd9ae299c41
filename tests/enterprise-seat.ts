/** Somebody of an enterprise at their client of the sandbox, and what the sandbox wrote down. */
import type { App } from './enterprise-plan.js';
import { type Sandbox, until } from './sandbox.js';

/** A message as somebody sees it in a client of the sandbox. */
export interface Shown {
  id: string;
  seq: number;
  at: number;
  type: string;
  content: object;
  card?: object;
  author: { id: string; kind: string };
}

/** All that can be read in it. */
export const wordsOf = ({ content, card }: Shown): string => JSON.stringify(card ?? content);

/** Somebody of an enterprise at their client, one to one with its app. */
export function seatAt(sandbox: Sandbox, { platform: surface, id }: App, person: string) {
  const platform = surface === 'wecom-aibot' ? 'wecom' : surface;
  const where = `platform=${platform}&as=${person}`;
  const reads = async (after = 0): Promise<Shown[]> => {
    const { chats } = await sandbox.control<{ chats: { id: string; kind: string; peer?: { id: string } }[] }>(
      'GET',
      `chats?${where}`,
    );
    const chat = chats.find(({ kind, peer }) => kind === 'p2p' && peer?.id === id);
    if (!chat) return [];
    const at = `messages?${where}&chat=${encodeURIComponent(chat.id)}&after=${after}`;
    const { messages } = await sandbox.control<{ messages: Shown[] }>('GET', at);
    return messages.filter(({ author }) => author.kind === 'bot');
  };
  return {
    person,
    reads,
    says: (text: string) =>
      sandbox.control<{ messageId: string }>('POST', 'say', { platform, as: person, bot: id, text }),
    /** Waits for the newest message in which all these words stand. */
    async sees(...words: string[]): Promise<Shown> {
      let found: Shown | undefined;
      await until(`${person} sees ${words.join(', ')}`, async () => {
        found = (await reads()).findLast((one) => words.every((word) => wordsOf(one).includes(word)));
        return found !== undefined;
      });
      if (!found) throw new Error('what was found is gone');
      return found;
    },
    presses: (message: Shown, text: string) =>
      sandbox.control<{ cardUpdated: boolean; error?: string; toast?: { content: string } }>(
        'POST',
        'click',
        {
          ...{ platform, as: person, message: message.id, button: { text } },
        },
      ),
  };
}

/** An API call as the sandbox wrote it down. */
export interface Call {
  n: number;
  at: number;
  platform: string;
  method: string;
  path: string;
  app?: string;
  status: number;
  code: number;
  error?: string;
  dropped?: string;
  body?: unknown;
}
