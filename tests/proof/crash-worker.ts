/**
 * A process that is made to be killed: a core over the database of a house, whose platform and channel are a file. What
 * they take is appended to it at once, so that it survives; they honour keys, as the real ones do.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { idsFrom } from '../../core/clock.js';
import { openCore } from '../../core/core.js';
import { silent } from '../../core/log.js';
import { folderStore } from '../../core/media/folder-store.js';
import { Media } from '../../core/media/media.js';
import { pageLinks } from '../../core/pages/link.js';
import { postgresWire } from '../../core/pipeline/hints.js';
import type { Outgoing } from '../../core/ports/courier.js';
import { Vault } from '../../core/secrets/vault.js';
import { openDatabase } from '../../core/storage/database.js';
import { channelHost } from '../../server/channel-host.js';
import { Paper } from '../paper.js';

const [url = '', key = '', file = '', aheadMs = '0'] = process.argv.slice(2);
const clock = { now: () => Date.now() + Number(aheadMs) };
const masterKey = Buffer.from(key, 'hex');
const db = openDatabase({ url, max: 5 });
const ids = idsFrom(clock);
const vault = new Vault({ db, masterKey, clock });
const paper = new Paper();

const taken = new Set(
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[0] ?? ''),
);
const moment = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 6));
const wordsOf = (out: Outgoing) => (out.kind === 'text' ? out.text : out.kind);
const personOf = (out: Outgoing) => ('to' in out && out.to.kind === 'direct' ? out.to.person : '');
paper.before = async (out, sendKey) => {
  await moment();
  if (!taken.has(sendKey))
    appendFileSync(file, `${sendKey}\t${personOf(out)}\t${wordsOf(out).replaceAll('\n', ' ')}\n`);
  taken.add(sendKey);
};
paper.after = moment;

const store = folderStore(tmpdir());
await openCore({
  db,
  databaseUrl: url,
  clock,
  ids,
  log: silent,
  vault,
  media: new Media({
    db,
    store,
    clock,
    ids,
    linkKey: masterKey,
    origin: 'http://imdesk.test',
    linkLifeMs: 3_600_000,
  }),
  pages: pageLinks('http://imdesk.test', masterKey),
  origin: 'http://imdesk.test',
  wire: postgresWire(db),
  bots: new Map([['feishu', paper.bot]]),
  connectors: new Map([['paper', paper.connector]]),
  hostOf: channelHost,
  processId: randomUUID(),
  works: true,
});
process.stdout.write('working\n');
