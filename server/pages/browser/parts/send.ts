import type { Press, PressAnswer } from '../../state.js';

/**
 * What became of sending a press. `login`: nobody is logged in here any more · `over`: the page is not for this reader
 * any more, in words · `unreachable`: nobody knows whether it arrived.
 */
export type Sent =
  | { kind: 'answered'; answer: PressAnswer }
  | { kind: 'login' | 'unreachable' | 'failed' }
  | { kind: 'over'; words: string };

const withinMs = 20_000;

export async function post(address: string, press: Press): Promise<Sent> {
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), withinMs);
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(press),
      cache: 'no-store',
      signal: enough.signal,
    });
    return understood(response.status, await response.json());
  } catch {
    return { kind: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

export function understood(
  status: number,
  body: PressAnswer & { error?: { code?: string; message: string } },
): Sent {
  if (!body.error) return { kind: 'answered', answer: body };
  if (status === 401) return { kind: 'login' };
  // A session that was renewed in another tab made this page's token old; a fresh page has a fresh one.
  if (body.error.code === 'token') return { kind: 'login' };
  if (body.error.code !== undefined && status < 500) return { kind: 'over', words: body.error.message };
  return { kind: 'failed' };
}
