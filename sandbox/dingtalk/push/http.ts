import type { Clock } from '../../kernel/clock.js';
import type { Outcome } from '../../kernel/deliveries.js';
import { type PostResult, post } from '../../kernel/post.js';
import { isRecord } from '../../kernel/shape.js';
import type { CallbackRoute } from '../card/card.js';
import type { Ids } from '../ids.js';
import type { App } from '../world.js';
import { decrypt, encrypt, signCard, signEvent, signRobot } from './crypto.js';
import { CARD_MS, HTTP_MS } from './deadlines.js';

interface Parts {
  clock: Clock;
  ids: Ids;
}

const json = { 'content-type': 'application/json; charset=utf-8' };

/** Posts what somebody said to a robot. Source: robot-message-type (header timestamp and sign). */
export async function postRobot(app: App, url: string, body: string, { clock }: Parts): Promise<Outcome> {
  const timestamp = String(clock.now());
  const headers = { ...json, timestamp, sign: signRobot(timestamp, app.appSecret) };
  return outcomeOf(await post(url, body, headers, HTTP_MS));
}

/** Posts a press on a card. Source: event-callback-card. */
export async function postCard(route: CallbackRoute, body: string, { clock }: Parts): Promise<Outcome> {
  const timestamp = String(clock.now());
  const signed: Record<string, string> = route.apiSecret
    ? {
        'x-ddpaas-signature-timestamp': timestamp,
        'x-ddpaas-signature': signCard(timestamp, route.apiSecret),
      }
    : {};
  return outcomeOf(await post(route.url, body, { ...json, ...signed }, CARD_MS));
}

type Events = NonNullable<App['events']>;

/** Posts an event, encrypted; only the word `success`, encrypted and signed in the same way, is an acknowledgement. */
export async function postEvent(
  app: App,
  events: Events,
  plain: string,
  parts: Parts,
  deadlineMs: number,
): Promise<Outcome> {
  const random = Buffer.from(parts.ids.hex(), 'hex');
  const encrypted = encrypt(plain, events.aesKey, app.appKey, random);
  const timestamp = String(parts.clock.now());
  const nonce = parts.ids.hex().slice(-8);
  const signature = signEvent(events.token, timestamp, nonce, encrypted);
  const url = new URL(events.url);
  // The documents name it both ways, and the real requests carry both.
  for (const name of ['signature', 'msg_signature']) url.searchParams.set(name, signature);
  url.searchParams.set('timestamp', timestamp);
  url.searchParams.set('nonce', nonce);
  const result = await post(url.href, JSON.stringify({ encrypt: encrypted }), json, deadlineMs);
  const outcome = outcomeOf(result);
  if (!outcome.ok) return outcome;
  const problem = problemOfAnswer(outcome.answer, app, events);
  return problem ? { ok: false, why: 'refused', reason: problem } : outcome;
}

function problemOfAnswer(body: string, app: App, { token, aesKey }: Events): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return 'the answer is not JSON';
  }
  if (!isRecord(answer)) return 'the answer is not an object';
  const { msg_signature, timeStamp, nonce, encrypt: encrypted } = answer;
  if (typeof encrypted !== 'string') return 'the answer has no encrypt';
  if (msg_signature !== signEvent(token, String(timeStamp), String(nonce), encrypted))
    return '900005 the answer is signed wrongly';
  const decrypted = decrypt(encrypted, aesKey);
  if (!decrypted) return '900008 the answer cannot be decrypted';
  if (decrypted.owner !== app.appKey) return `900010 the answer is of ${decrypted.owner}`;
  return decrypted.text === 'success' ? undefined : `the answer is ${decrypted.text}, not success`;
}

function outcomeOf(result: PostResult): Outcome {
  if (result.kind === 'timeout') return { ok: false, why: 'timeout', reason: 'timeout' };
  if (result.kind === 'unreachable')
    return { ok: false, why: 'unreachable', reason: `unreachable: ${result.code}` };
  if (result.status !== 200) return { ok: false, why: 'refused', reason: `HTTP ${result.status}` };
  return { ok: true, answer: result.body };
}
