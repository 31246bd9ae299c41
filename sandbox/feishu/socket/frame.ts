import protobuf from 'protobufjs/light.js';

/** One frame of the long connection (`pbbp2.Frame`). `method` is 0 for control and 1 for data. */
export interface Frame {
  SeqID: number;
  LogID: number;
  service: number;
  method: number;
  headers: { key: string; value: string }[];
  payloadEncoding?: string;
  payloadType?: string;
  payload?: Uint8Array;
  LogIDNew?: string;
}

const required = (type: string, id: number) => ({ rule: 'required', type, id });

const { nested } = protobuf.Root.fromJSON({
  nested: {
    Header: { fields: { key: required('string', 1), value: required('string', 2) } },
    Frame: {
      fields: {
        SeqID: required('uint64', 1),
        LogID: required('uint64', 2),
        service: required('int32', 3),
        method: required('int32', 4),
        headers: { rule: 'repeated', type: 'Header', id: 5 },
        payloadEncoding: { type: 'string', id: 6 },
        payloadType: { type: 'string', id: 7 },
        payload: { type: 'bytes', id: 8 },
        LogIDNew: { type: 'string', id: 9 },
      },
    },
  },
}).resolveAll();

function frameType(): protobuf.Type {
  const found = nested?.Frame;
  if (!(found instanceof protobuf.Type)) throw new Error('the frame type is missing');
  return found;
}
const type = frameType();

export const encodeFrame = (frame: Frame): Uint8Array => type.encode(type.create(frame)).finish();

/** @throws when the bytes are no frame */
export function decodeFrame(bytes: Uint8Array): Frame {
  const plain = type.toObject(type.decode(bytes), { longs: Number, arrays: true });
  return {
    SeqID: plain.SeqID,
    LogID: plain.LogID,
    service: plain.service,
    method: plain.method,
    headers: plain.headers,
    payload: plain.payload,
  };
}

export const header = (frame: Frame, key: string): string | undefined =>
  frame.headers.find((candidate) => candidate.key === key)?.value;
