import type { IncomingMessage } from 'node:http';
import getRaw from 'raw-body';

/** Why a body was not read; the status says it to machines, the message to people. */
export class BadBody extends Error {
  override readonly name = 'BadBody';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The largest body of a platform's or a channel's webhook; their own limits lie below. */
export const webhookBytesMax = 1_048_576;
/** How long a body may take to arrive: a slow one holds a connection, and platforms send theirs in one go. */
export const arriveWithinMs = 10_000;

/** The bytes exactly as they came, since signatures are made over them. @throws {BadBody} */
export async function readBody(
  request: IncomingMessage,
  limits: { bytesMax: number; withinMs: number },
): Promise<Buffer> {
  const { bytesMax, withinMs } = limits;
  if (request.headers['content-encoding'] && request.headers['content-encoding'] !== 'identity') {
    throw new BadBody(415, 'Compressed bodies are not accepted.');
  }
  const here = bodyAtHand(request, bytesMax);
  if (here) return here;
  let slow: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    slow = setTimeout(() => reject(new BadBody(408, 'The body took too long.')), withinMs);
  });
  const whole = getRaw(request, { length: request.headers['content-length'], limit: bytesMax });
  // Whichever comes second is nobody's concern.
  whole.catch(() => {});
  try {
    return await Promise.race([whole, tooSlow]);
  } catch (error) {
    throw asBadBody(error, bytesMax);
  } finally {
    clearTimeout(slow);
  }
}

/** A small body mostly comes with its head, and then there is nothing to wait for. */
function bodyAtHand(request: IncomingMessage, bytesMax: number): Buffer | undefined {
  if (!request.complete || request.readableLength > bytesMax) return undefined;
  if (Number(request.headers['content-length']) !== request.readableLength) return undefined;
  const whole: unknown = request.read();
  return Buffer.isBuffer(whole) ? whole : undefined;
}

function asBadBody(error: unknown, bytesMax: number): BadBody {
  if (error instanceof BadBody) return error;
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large') return new BadBody(413, `The body is larger than ${bytesMax} bytes.`);
  return new BadBody(400, 'The body did not arrive whole.');
}
