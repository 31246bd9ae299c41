import { createHash } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import type { ChannelHost, OpenAccount, Pulled } from '../../core/ports/connector.js';
import type { Delivery } from '../../core/ports/delivery.js';
import type { EmailAccount } from './account.js';
import { type Cursor, readCursor, written } from './cursor.js';
import type { Letter } from './letter.js';
import { withLine } from './line.js';
import { openLetter } from './open.js';

/** One batch: so many letters, and so many bytes of them, but always one. */
const batchMax = 20;
const batchBytesMax = 25 * 1024 * 1024;
/** Of a longer letter only this much is fetched: its head and words stand at the beginning. */
const cutTo = 512 * 1024;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The next letters of the mailbox, opened. Nothing in the mailbox changes by it, but for `markSeen`. */
export async function pull(
  account: OpenAccount<EmailAccount>,
  text: string | undefined,
  host: ChannelHost,
): Promise<Pulled> {
  return withLine(account, async (client) => {
    const { cursor, fresh } = await whereToRead(client, readCursor(text), host.clock.now());
    if (fresh) return { items: [], cursor: written(cursor), more: false };
    const waiting = (await client.search({ uid: `${cursor.uid + 1}:*` }, { uid: true })) || [];
    // `n:*` names the last letter also where it is before n.
    const uids = waiting.filter((uid) => uid > cursor.uid).sort((a, b) => a - b);
    const batch = uids.slice(0, batchMax);
    const items: Delivery[] = [];
    let bytes = 0;
    let read = 0;
    const sizes =
      batch.length > 0
        ? await client.fetchAll(
            batch.join(','),
            { uid: true, size: true, internalDate: true, envelope: true },
            { uid: true },
          )
        : [];
    const known = new Map(sizes.map((one) => [one.uid, one]));
    for (const uid of batch) {
      const found = known.get(uid);
      const size = found?.size ?? 0;
      if (read > 0 && bytes + Math.min(size, batchBytesMax) > batchBytesMax) break;
      read += 1;
      cursor.uid = uid;
      const at = timeOf(found?.internalDate) ?? host.clock.now();
      // Deleted meanwhile, or older than our being here and only numbered anew.
      if (!found || (uid < cursor.rereadTo && isOlder(found.envelope?.date, at, cursor.begun))) continue;
      const letter = await fetched(client, account, host, { uid, size, at });
      bytes += Math.min(size, batchBytesMax);
      cursor.last = Math.max(cursor.last, at);
      if (letter) items.push(item(letter));
    }
    if (account.settings.markSeen && items.length > 0) {
      await client.messageFlagsAdd(batch.slice(0, read).join(','), ['\\Seen'], { uid: true });
    }
    if (uids.length === 0) cursor.rereadTo = 0;
    return { items, cursor: written(cursor), more: uids.length > read };
  });
}

const timeOf = (date: Date | string | undefined): number | undefined => {
  const ms = date === undefined ? Number.NaN : new Date(date).getTime();
  return Number.isFinite(ms) ? ms : undefined;
};

function isOlder(written: Date | string | undefined, at: number, begun: number): boolean {
  return at < begun || (timeOf(written) ?? at) < begun - dayMs;
}

/** From now on at first; after the mailbox numbered its letters anew, from those of the day before the newest one read. */
async function whereToRead(
  client: ImapFlow,
  before: Cursor | undefined,
  now: number,
): Promise<{ cursor: Cursor; fresh: boolean }> {
  const box = client.mailbox;
  if (!box) throw new Error('the folder is not open');
  const validity = Number(box.uidValidity);
  if (before?.validity === validity) return { cursor: { ...before }, fresh: false };
  if (!before) {
    // The mailbox may have grown since it was opened; what it says now is what counts as there before us.
    const newest = Math.max(
      0,
      ...((await client.search({ uid: `${Math.max(1, box.uidNext - 1)}:*` }, { uid: true })) || []),
    );
    const uid = Math.max(box.uidNext - 1, newest);
    return { cursor: { validity, uid, begun: now, last: now, rereadTo: 0 }, fresh: true };
  }
  const since = new Date(Math.max(before.begun, before.last - dayMs) - dayMs);
  const [oldest] = ((await client.search({ since }, { uid: true })) || []).sort((a, b) => a - b);
  const uid = (oldest ?? box.uidNext) - 1;
  return { cursor: { ...before, validity, uid, rereadTo: box.uidNext }, fresh: false };
}

async function fetched(
  client: ImapFlow,
  account: OpenAccount<EmailAccount>,
  host: ChannelHost,
  { uid, size, at }: { uid: number; size: number; at: number },
): Promise<object | undefined> {
  const cut = size > batchBytesMax;
  const asked = { uid: true, source: cut ? { start: 0, maxLength: cutTo } : true };
  const message = (await client.fetchOne(String(uid), asked, { uid: true })) || undefined;
  if (!message?.source) return undefined;
  const keep = (bytes: Buffer, name: string) => host.storeMedia(account, bytes, name);
  const letter = await openLetter({ bytes: message.source, at, cut }, account.settings, keep);
  if (!('id' in letter)) {
    host.log.warn(
      { account: account.id, uid, kind: letter.kind },
      'a letter could not be read; it stays in the mailbox',
    );
    return letter;
  }
  if (letter.kind !== 'letter' || !('from' in letter)) return letter;
  if (letter.machine) {
    host.log.info(
      { account: account.id, uid, why: letter.machine },
      'a letter was written by a machine and is left alone',
    );
    return letter;
  }
  return (await isFlood(account, host, letter)) ? { ...letter, flood: true } : letter;
}

/** Whether its sender wrote more within the hour than a person does. A letter that is fetched again counts once. */
async function isFlood(
  account: OpenAccount<EmailAccount>,
  host: ChannelHost,
  letter: Letter,
): Promise<boolean> {
  const shared = host.shared(account);
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const key = `letters:${hash(letter.from.address)}`;
  const others = ((await shared.get(key)) ?? '')
    .split(' ')
    .map((one) => one.split('='))
    .filter(([id, at]) => id && id !== hash(letter.id) && Math.abs(Number(at) - letter.at) < hourMs)
    .slice(-account.settings.lettersPerHour);
  const flood = others.length >= account.settings.lettersPerHour;
  const all = [...others, [hash(letter.id), String(letter.at)]].map((one) => one.join('='));
  await shared.set(key, all.join(' '), host.clock.now() + 2 * hourMs);
  if (flood)
    host.log.warn(
      { account: account.id },
      'somebody writes more letters than a person does; nothing answers by itself',
    );
  return flood;
}

const item = (letter: object): Delivery => ({
  method: 'PULL',
  query: {},
  headers: {},
  body: Buffer.from(JSON.stringify(letter)),
});
