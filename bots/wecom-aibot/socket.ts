import { WebSocket } from 'ws';
import type { BotParts, Socket, SocketEars } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import { systemTimers, type Timers } from '../keeper.js';
import type { AibotCredentials } from './credentials.js';
import { granted } from './errors.js';
import { eventTypeIn } from './events.js';
import { Exchange } from './exchange.js';
import { callbacks, type Frame, frameIn, frameText } from './frame.js';

const second = 1_000;
const handshakeMs = 10 * second;
const answerMs = 10 * second;
const closeMs = 3 * second;
const frameMaxBytes = 4 * 1024 * 1024;
/** Source: developer.work.weixin.qq.com, 智能机器人长连接 → 保持心跳. */
const pingEveryMs = 30 * second;
/** WeCom sends a frame once and asks for no receipt: what could not be recorded is offered again by ourselves. */
const recordAgainMs = [second, 5 * second, 15 * second, 60 * second];

/**
 * Opens the bot's one connection: `baseUrl` is its address. It counts as open once WeCom has taken the subscription; from
 * then on it throws out whoever held it, and is thrown out by whoever comes next, of which an event tells.
 *
 * The official client (`@wecom/aibot-node-sdk` 1.0.7) takes no part. Measured against a server on this machine: thrown out
 * right after each subscription it subscribes once a second without end, which WeCom guards against; refused eleven times
 * in three minutes it stops for good; a subscription or a handshake that nobody answers holds it for ever, and it says of no
 * pong that it came, so that a deaf connection can't be told from a quiet one; an answer that comes late is taken for the
 * next one's, so that what never arrived counts as sent; `disconnect` and `connect` in a row leave two connections, of
 * which one is never closed; a listener that throws is written to the log with the message and passed over, and one that
 * rejects ends the process; it takes a frame of 60 MB; and it brings 10 MB of its own. In tests it is an independent
 * witness.
 *
 * @throws when the connection does not open in time or the subscription is refused; the text holds no secret
 * Source: developer.work.weixin.qq.com, 智能机器人长连接.
 */
export async function connect(
  credentials: AibotCredentials,
  parts: BotParts,
  ears: SocketEars,
  timers: Timers = systemTimers,
): Promise<Socket> {
  const { botId, secret } = credentials;
  if (secret === undefined) throw new Error("the long connection needs the bot's secret");
  const socket = new WebSocket(addressOf(parts.baseUrl), {
    maxPayload: frameMaxBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const exchange = new Exchange({ timers, withinMs: answerMs, send: (text) => socket.send(text) });
  const recording = new Set<Promise<void>>();
  let pings = 0;
  let taken = false;
  let closing = false;

  socket.on('message', (bytes: Buffer, isBinary) => {
    const frame = isBinary ? undefined : frameIn(bytes);
    if (!frame)
      return parts.log.warn({ bytes: bytes.length }, 'wecom-aibot: a socket message that is no frame');
    if (!callbacks.some((callback) => callback === frame.cmd)) {
      ears.alive('ping');
      exchange.answered(frame, bytes.toString('utf8'));
      return;
    }
    ears.alive('application');
    if (eventTypeIn(frame.body) === 'disconnected_event') return giveWay();
    const recorded = record(frame, bytes).finally(() => recording.delete(recorded));
    recording.add(recorded);
  });

  socket.on('close', (code, reason) => {
    exchange.close();
    if (!taken) ears.closed(`${code} ${reason.toString('utf8')}`.trim());
  });
  socket.on('error', (error) => parts.log.warn({ error: error.message }, 'wecom-aibot: a socket failed'));

  /** Somebody else has subscribed; WeCom closes ours, or we do. */
  function giveWay(): void {
    taken = true;
    ears.closed('another connection was opened for this bot', 'taken');
    socket.close(1000);
  }

  /** Has a frame recorded, and sends back what it is answered with, if anything. */
  async function record(frame: Frame, body: Buffer): Promise<void> {
    const answer = await heard({ method: 'STREAM', query: {}, headers: {}, body });
    const text = answer?.body.toString() ?? '';
    if (text === '') return;
    const answered = frameIn(text) ?? frame;
    try {
      granted(await exchange.ask(answered.headers.req_id, text));
    } catch (error) {
      parts.log.warn({ reason: reasonOf(error) }, 'wecom-aibot: an answer to a callback was not taken');
    }
  }

  async function heard(delivery: Delivery): Promise<Response | undefined> {
    for (const waitMs of [...recordAgainMs, undefined]) {
      try {
        return await ears.heard(delivery);
      } catch (error) {
        const isLast = waitMs === undefined || closing;
        const words = `wecom-aibot: a frame could not be recorded and is ${isLast ? 'lost' : 'offered again'}`;
        parts.log.error({ reason: reasonOf(error) }, words);
        if (isLast) return undefined;
        await new Promise<void>((resolve) => timers.after(waitMs, resolve));
      }
    }
    return undefined;
  }

  const forgetHandshake = timers.after(handshakeMs, () => socket.terminate());
  await opened(socket).finally(forgetHandshake);
  try {
    const body = { bot_id: botId, secret };
    granted(await exchange.ask('aibot_subscribe', frameText('aibot_subscribe', 'aibot_subscribe', body)));
  } catch (error) {
    socket.terminate();
    throw new Error(`WeCom did not take the subscription: ${reasonOf(error)}`);
  }

  return {
    pingEveryMs,
    ping() {
      pings += 1;
      const name = `ping_${pings}`;
      if (socket.readyState === WebSocket.OPEN) exchange.ask(name, frameText('ping', name)).catch(() => {});
    },
    async request(text) {
      const frame = frameIn(text);
      if (!frame) throw new SendError('refused', 'no-frame', 'what was to be said is no frame');
      if (socket.readyState !== WebSocket.OPEN)
        throw new SendError('later', 'no-line', 'the connection is not open');
      return exchange.ask(frame.headers.req_id, text);
    },
    async close() {
      closing = true;
      if (socket.readyState === WebSocket.CLOSED) return;
      const forget = timers.after(closeMs, () => socket.terminate());
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      void Promise.all(recording).then(() => socket.close(1000));
      await closed;
      forget();
    },
  };
}

/** @throws when the address is none of a socket */
function addressOf(baseUrl: string): URL {
  const url = new URL(baseUrl);
  if (url.protocol !== 'wss:' && url.protocol !== 'ws:')
    throw new Error(`a long connection is opened to a wss: address, not to ${url.protocol}`);
  return url;
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it was closed before it was open')));
    socket.once('open', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
