import { z } from 'zod';
import type { ChannelSocket, ChannelSocketEars } from '../../core/ports/connector.js';
import type { Response } from '../../core/ports/delivery.js';
import { closeCodes } from './chat/wire.js';
import { eventsOf } from './frames.js';
import { close, type Line, leave, newLine, refuse, send, tell } from './line.js';
import { crowded, failure, overload, type Parts, standingOf, type WebOpenAccount } from './parts.js';
import { parseJson } from './read.js';
import { type Tally, tally } from './tally.js';
import { type Visitor, visitorOf } from './token.js';

const frameMaxChars = 32 * 1024;
const waitingFramesMax = 64;
const socketsPerVisitor = 8;
const socketsPerAddress = 200;
const helloWithinMs = 10_000;
const silentMaxMs = 75_000;

const hello = z.object({ type: z.literal('hello'), token: z.string().max(4000), after: z.int().min(0) });
const sign = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('typing'), typing: z.boolean().default(true) }),
]);

/** All open sockets of this process. */
export interface Live {
  open(socket: ChannelSocket, ip: string, account: WebOpenAccount): ChannelSocketEars | Response;
  /** Closes those that never said who they are, fell silent, or whose token ran out. */
  sweep(): void;
}

export function liveSockets(parts: Parts): Live {
  const lines = new Set<Line>();
  const open = tally();
  const sweep = (): void => {
    const now = parts.host.clock.now();
    for (const line of lines) {
      const silentMs = now - line.heardAt;
      if (silentMs > (line.visitor ? silentMaxMs : helloWithinMs)) close(line, closeCodes.idle, 'silent');
      else if (line.visitor && line.visitor.expires <= now)
        close(line, closeCodes.token, 'the token has expired');
    }
  };
  setInterval(sweep, 15_000).unref();

  return {
    sweep,
    open(socket, ip, account) {
      if (open.of(ip) >= socketsPerAddress) {
        return failure(429, {
          code: 'flood',
          message: 'too many sockets from this address',
          retryAfterMs: 30_000,
        });
      }
      const line = newLine(socket, ip, account, parts.host.clock.now());
      lines.add(line);
      line.onLeave(() => lines.delete(line));
      line.onLeave(open.add(ip));
      let turn = Promise.resolve();
      return {
        heard(text) {
          line.heardAt = parts.host.clock.now();
          if (text.length > frameMaxChars) return close(line, closeCodes.tooLarge, 'the frame is too large');
          if (line.waiting >= waitingFramesMax)
            return close(line, closeCodes.flood, 'too many frames at once');
          line.waiting += 1;
          turn = turn
            .then(() => hear(line, text, parts, open))
            .finally(() => {
              line.waiting -= 1;
            });
        },
        closed: () => leave(line),
      };
    },
  };
}

async function hear(line: Line, text: string, parts: Parts, open: Tally): Promise<void> {
  if (!line.open) return;
  try {
    const value = parseJson(text);
    if (line.visitor) await take(line, line.visitor, value, parts);
    else await greet(line, value, parts, open);
  } catch (error) {
    parts.host.log.error({ account: line.account.id, error: String(error) }, 'a frame of a visitor failed');
    close(line, 1011, 'please come again');
  }
}

/** The first frame says who this is and where to go on. Listening begins before reading, so nothing falls between. */
async function greet(line: Line, value: unknown, parts: Parts, open: Tally): Promise<void> {
  const { success, data } = hello.safeParse(value);
  if (!success) return close(line, closeCodes.badFrame, 'the first frame must be hello');
  const { account } = line;
  const visitor = visitorOf(data.token, account.settings.tokenKey, parts.host.clock.now());
  if (typeof visitor === 'string') return close(line, closeCodes.token, visitor);
  if (visitor.account !== account.id)
    return close(line, closeCodes.token, 'the token is for another account');
  const seat = `${account.id} ${visitor.id}`;
  if (open.of(seat) >= socketsPerVisitor) return close(line, closeCodes.flood, 'too many windows');
  line.visitor = visitor;
  line.after = data.after;
  line.onLeave(open.add(seat));
  line.onLeave(parts.board.listen(account.id, visitor.id, (news) => void tell(line, visitor, news, parts)));
  send(line, { type: 'ready', standing: await standingOf(parts, account, visitor) });
  await tell(line, visitor, 'messages', parts);
}

async function take(line: Line, visitor: Visitor, value: unknown, parts: Parts): Promise<void> {
  const { success, data } = sign.safeParse(value);
  if (success) return heed(line, visitor, data, parts);
  const { account } = line;
  const heard = eventsOf(value, visitor, account.settings, parts.host.clock.now());
  if (!heard.ok) return refuse(line, heard.id, heard.error);
  const reads = heard.events.every((event) => event.kind === 'receipt' || event.kind === 'pages');
  const flood =
    overload(parts, account, visitor.id, reads ? 'signs' : 'messages') ?? crowded(parts, account, line.ip);
  if (flood) return reads ? undefined : send(line, { type: 'error', id: heard.id, ...flood });
  try {
    await parts.host.receive(account, heard.events);
  } catch (error) {
    parts.host.log.error(
      { account: account.id, error: String(error) },
      'a message of a visitor was not recorded',
    );
    const code = {
      code: 'not_recorded',
      message: 'it could not be recorded; send it again',
      retryAfterMs: 3000,
    };
    return send(line, { type: 'error', id: heard.id, ...code });
  }
  if (!reads) send(line, { type: 'ack', id: heard.id });
}

function heed(line: Line, visitor: Visitor, frame: z.infer<typeof sign>, parts: Parts): void {
  if (frame.type === 'ping') send(line, { type: 'pong' });
  else if (!overload(parts, line.account, visitor.id, 'signs')) {
    parts.host.typing(line.account, visitor.id, frame.typing);
  }
}
