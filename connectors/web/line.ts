import type { ChannelSocket, News } from '../../core/ports/connector.js';
import { type ChatError, closeCodes, type ServerFrame } from './chat/wire.js';
import { highest, type Parts, pageOf, standingOf, type WebOpenAccount } from './parts.js';
import type { Visitor } from './token.js';

const bufferedMaxBytes = 1024 * 1024;
const badFramesMax = 10;
const pageSize = 100;

/** One open socket of a visitor. */
export interface Line {
  socket: ChannelSocket;
  ip: string;
  account: WebOpenAccount;
  visitor?: Visitor;
  /** The highest revision handed over. */
  after: number;
  heardAt: number;
  waiting: number;
  badFrames: number;
  pumping: boolean;
  moved: boolean;
  open: boolean;
  /** What to undo when it closes. */
  onLeave(undo: () => void): void;
  leave(): void;
}

export function newLine(socket: ChannelSocket, ip: string, account: WebOpenAccount, now: number): Line {
  const undoing: (() => void)[] = [];
  return {
    socket,
    ip,
    account,
    after: 0,
    heardAt: now,
    waiting: 0,
    badFrames: 0,
    pumping: false,
    moved: false,
    open: true,
    onLeave: (undo) => void undoing.push(undo),
    leave() {
      for (const undo of undoing.splice(0)) undo();
    },
  };
}

/** Says what was wrong with a frame; who keeps sending such frames is shown out. */
export function refuse(line: Line, id: string | undefined, error: ChatError): void {
  line.badFrames += 1;
  send(line, { type: 'error', id, ...error });
  if (line.badFrames >= badFramesMax) close(line, closeCodes.badFrame, error.message);
}

/** Passes news on. A failure closes the line: the widget comes back and resumes after what it has seen. */
export async function tell(line: Line, visitor: Visitor, news: News, parts: Parts): Promise<void> {
  try {
    if (news === 'typing') send(line, { type: 'typing' });
    else if (news === 'messages') await pump(line, visitor, parts);
    else send(line, { type: 'standing', standing: await standingOf(parts, line.account, visitor) });
  } catch (error) {
    parts.host.log.error({ account: line.account.id, error: String(error) }, 'news did not reach a visitor');
    close(line, 1011, 'please come again');
  }
}

/** Hands over everything above `after`, page by page, in order; news that come meanwhile make it look once more. */
async function pump(line: Line, visitor: Visitor, parts: Parts): Promise<void> {
  line.moved = true;
  if (line.pumping) return;
  line.pumping = true;
  try {
    while (line.moved && line.open) {
      line.moved = false;
      const messages = await pageOf(parts, line.account, visitor, { after: line.after }, pageSize);
      if (messages.length === 0) continue;
      line.after = highest(messages, line.after);
      send(line, { type: 'messages', messages, after: line.after });
      if (messages.length === pageSize) line.moved = true;
    }
  } finally {
    line.pumping = false;
  }
}

export function send(line: Line, frame: ServerFrame): void {
  if (!line.open) return;
  if (line.socket.buffered > bufferedMaxBytes)
    close(line, closeCodes.slow, 'too slow: come again and resume');
  else line.socket.send(JSON.stringify(frame));
}

export function close(line: Line, code: number, reason: string): void {
  if (!line.open) return;
  leave(line);
  line.socket.close(code, reason);
}

export function leave(line: Line): void {
  line.open = false;
  line.leave();
}
