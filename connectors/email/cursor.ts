/**
 * How far a mailbox was read: up to `uid`, while its UIDs are those of `validity`. `begun` is when it was first looked at:
 * what is older was never ours to read. `last` is when the newest letter read had come. While `rereadTo` is above `uid`,
 * letters are read again after the mailbox numbered them anew.
 */
export interface Cursor {
  validity: number;
  uid: number;
  begun: number;
  last: number;
  rereadTo: number;
}

export const written = ({ validity, uid, begun, last, rereadTo }: Cursor): string =>
  [validity, uid, begun, last, rereadTo].join(':');

/** @returns undefined for what is no cursor, so that reading begins with now */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined || !/^\d{1,15}(:\d{1,15}){4}$/.test(text)) return undefined;
  const [validity = 0, uid = 0, begun = 0, last = 0, rereadTo = 0] = text.split(':').map(Number);
  return { validity, uid, begun, last, rereadTo };
}
