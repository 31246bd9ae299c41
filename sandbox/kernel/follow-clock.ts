import http from 'node:http';
import { isRecord } from './shape.js';

const EVERY_MS = 250;
const APART_MS = 20;

export interface Followable {
  now(): number;
  moveTo(now: number): void;
}

/** Keeps `clock` at the time that `url` serves (`{now}`), until the returned function is called. */
export function followClock(clock: Followable, url: string): () => void {
  let following = true;
  const ask = (): void => {
    if (!following) return;
    const again = () => setTimeout(ask, EVERY_MS).unref();
    const request = http.get(url, { timeout: 2_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const now = readNow(Buffer.concat(chunks).toString('utf8'));
        if (now !== undefined && Math.abs(now - clock.now()) > APART_MS) clock.moveTo(now);
        again();
      });
    });
    request.on('timeout', () => request.destroy());
    request.on('error', again);
  };
  ask();
  return () => {
    following = false;
  };
}

function readNow(body: string): number | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) && typeof value.now === 'number' ? value.now : undefined;
  } catch {
    return undefined;
  }
}
