import { isRecord } from '../../kernel/shape.js';

/** One message of Stream, both ways a JSON text. Source: the protocol page of the developer site. */
export interface Frame {
  specVersion: '1.0';
  type: 'SYSTEM' | 'EVENT' | 'CALLBACK';
  headers: Record<string, string>;
  /** JSON within JSON. */
  data: string;
}

export interface Ack {
  code: number;
  messageId: string;
  data: string;
}

/** Reads what a client sends; `undefined` for what is no acknowledgement. */
export function readAck(text: string): Ack | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isRecord(value.headers) || typeof value.headers.messageId !== 'string')
    return undefined;
  const data = typeof value.data === 'string' ? value.data : '';
  return { code: Number(value.code), messageId: value.headers.messageId, data };
}

/** What stands under `response` in the answer to a callback; a client that sends something else answers with nothing. */
export function responseIn(data: string): string | undefined {
  const value = parse(data);
  return isRecord(value) && 'response' in value ? JSON.stringify(value.response) : undefined;
}

/** `SUCCESS`, `LATER`, or whatever an event was acknowledged with. */
export function statusIn(data: string): string {
  const value = parse(data);
  return isRecord(value) && typeof value.status === 'string' ? value.status : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
