import protobuf from 'protobufjs/minimal.js';

/**
 * One message of the long connection: `pbbp2.Frame` (proto2), as the official SDKs define it. `method` is 0 for control
 * frames (ping, pong) and 1 for data. A log id does not fit into a double.
 */
export interface Frame {
  seqId: bigint;
  logId: bigint;
  service: number;
  method: number;
  headers: { key: string; value: string }[];
  payloadEncoding?: string;
  payloadType?: string;
  payload?: Buffer;
  logIdNew?: string;
}

const varint = 0;
const bytes = 2;
const tag = (field: number, wireType: number) => (field << 3) | wireType;

export function encodeFrame(frame: Frame): Buffer {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, varint)).uint64(halves(frame.seqId));
  writer.uint32(tag(2, varint)).uint64(halves(frame.logId));
  writer.uint32(tag(3, varint)).int32(frame.service);
  writer.uint32(tag(4, varint)).int32(frame.method);
  for (const { key, value } of frame.headers) {
    writer.uint32(tag(5, bytes)).fork();
    writer.uint32(tag(1, bytes)).string(key).uint32(tag(2, bytes)).string(value);
    writer.ldelim();
  }
  if (frame.payloadEncoding !== undefined) writer.uint32(tag(6, bytes)).string(frame.payloadEncoding);
  if (frame.payloadType !== undefined) writer.uint32(tag(7, bytes)).string(frame.payloadType);
  if (frame.payload !== undefined) writer.uint32(tag(8, bytes)).bytes(frame.payload);
  if (frame.logIdNew !== undefined) writer.uint32(tag(9, bytes)).string(frame.logIdNew);
  return Buffer.from(writer.finish());
}

/** @throws when the bytes are no frame */
export function decodeFrame(encoded: Buffer): Frame {
  const reader = protobuf.Reader.create(encoded);
  const frame: Partial<Frame> & Pick<Frame, 'headers'> = { headers: [] };
  while (reader.pos < reader.len) {
    const mark = reader.uint32();
    if (mark === tag(1, varint)) frame.seqId = readUint64(reader);
    else if (mark === tag(2, varint)) frame.logId = readUint64(reader);
    else if (mark === tag(3, varint)) frame.service = reader.int32();
    else if (mark === tag(4, varint)) frame.method = reader.int32();
    else if (mark === tag(5, bytes)) frame.headers.push(decodeHeader(reader.bytes()));
    else if (mark === tag(6, bytes)) frame.payloadEncoding = reader.string();
    else if (mark === tag(7, bytes)) frame.payloadType = reader.string();
    else if (mark === tag(8, bytes)) frame.payload = Buffer.from(reader.bytes());
    else if (mark === tag(9, bytes)) frame.logIdNew = reader.string();
    else reader.skipType(mark & 7);
  }
  const { seqId, logId, service, method } = frame;
  if (seqId === undefined || logId === undefined || service === undefined || method === undefined) {
    throw new RangeError('a frame without its required fields');
  }
  return { ...frame, seqId, logId, service, method };
}

const halves = (value: bigint) => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: true,
});

/**
 * What `reader.uint64()` returns depends on a setting of the whole process (`util.Long`), which other users of the library
 * change: the official SDK turns it off, and the last digits of a log id are lost.
 */
function readUint64(reader: protobuf.Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.pos < reader.len ? reader.buf[reader.pos++] : undefined;
    if (byte === undefined) throw new RangeError('a frame that ends within a number');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError('a number longer than 64 bits');
}

function decodeHeader(encoded: Uint8Array): { key: string; value: string } {
  const reader = protobuf.Reader.create(encoded);
  const header = { key: '', value: '' };
  while (reader.pos < reader.len) {
    const mark = reader.uint32();
    if (mark === tag(1, bytes)) header.key = reader.string();
    else if (mark === tag(2, bytes)) header.value = reader.string();
    else reader.skipType(mark & 7);
  }
  return header;
}

export const headerOf = (frame: Frame, key: string): string | undefined =>
  frame.headers.find((header) => header.key === key)?.value;

/**
 * A frame from a delivery's body, which holds its bytes, or the same in base64 where the delivery was written down. The
 * two cannot be confused: a frame begins with its first field's tag, a control character.
 * @throws when it is neither
 */
export function frameIn(body: Buffer): Frame {
  const text = body.toString('latin1').trim();
  return decodeFrame(/^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : body);
}

/**
 * The frame that says what became of another: itself, with the outcome as payload.
 * @param code  200 when it was taken; 500 asks for it to be sent again
 * @param data  what a card's click is answered with
 */
export function acknowledge(frame: Frame, code: 200 | 500, data?: object): Buffer {
  const encoded = data && Buffer.from(JSON.stringify(data), 'utf8').toString('base64');
  return encodeFrame({
    ...frame,
    headers: [...frame.headers, { key: 'biz_rt', value: '0' }],
    payload: Buffer.from(JSON.stringify(encoded === undefined ? { code } : { code, data: encoded }), 'utf8'),
  });
}

/** The sign a client gives, and asks for, once a while. */
export const pingFrame = (service: number): Buffer =>
  encodeFrame({ seqId: 0n, logId: 0n, service, method: 0, headers: [{ key: 'type', value: 'ping' }] });
