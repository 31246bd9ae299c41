import type { Conversation, Reads } from '../conversations/conversation.js';
import { personOf } from '../customers/person.js';
import { masked as maskedReach, type Reach } from '../customers/reach.js';
import { seesReach } from '../customers/see.js';
import { formatStamp } from '../i18n/stamp.js';
import { text } from '../i18n/texts.js';
import { cleanFileName } from '../media/file-name.js';
import { type Member, memberById } from '../members/member.js';
import type { Vault } from '../secrets/vault.js';
import type { Tenant } from '../tenant.js';
import { htmlTranscript } from './export-html.js';
import { authorOf, marksOf, wordsOf } from './line-words.js';
import { type Line, linesOf } from './lines.js';
import { masked } from './mask.js';
import { conversationInSight } from './visible.js';

/** A transcript ready to be written down; every value is what a reader reads. */
export interface Written {
  title: string;
  facts: { label: string; value: string }[];
  lines: { at: string; who: string; kind: Line['kind']; marks: string[]; text: string; link?: string }[];
  /** Where a line is left out at the beginning, since there are too many. */
  cut: boolean;
  made: string;
}

export interface MadeFile {
  name: string;
  mime: string;
  bytes: Buffer;
}

interface Parts {
  db: Reads;
  vault: Vault;
  tenant: Tenant;
  now: number;
  linkTo(mediaId: string): string;
}

const linesMost = 20_000;
const linesAtOnce = 1_000;

/** A conversation as a file for one member. Undefined: they may not see into it (any more). */
export async function transcriptFile(
  parts: Parts,
  asked: { conversation: string; member: string; format: 'html' | 'json' },
): Promise<MadeFile | undefined> {
  const { db, tenant, now } = parts;
  const member = await memberById(db, tenant.id, asked.member);
  if (!member || member.departed || member.role === 'employee') return undefined;
  const conversation = await conversationInSight(db, tenant.id, member, asked.conversation);
  if (!conversation) return undefined;
  // An agent has read all of it already; what leaves the desk as a file tells no number that could be called.
  const isMasked = !seesReach(member);
  const { lines, cut } = await allLines(db, tenant.id, conversation.id, member.id);
  const about = await aboutOf(parts, conversation, isMasked);
  const written: Written = {
    title: [conversation.code, about.customer].filter(Boolean).join(' '),
    facts: about.facts,
    lines: lines.map((line) => writtenLine(parts, member, line, isMasked)),
    cut,
    made: text(tenant.locale, 'search.exportMade', {
      name: member.name,
      at: formatStamp(now, tenant.timeZone),
    }),
  };
  const day = formatStamp(conversation.openedAt, tenant.timeZone).slice(0, 10);
  return {
    name: cleanFileName(`${written.title} ${day}`.trim(), [asked.format]),
    mime: asked.format === 'html' ? 'text/html' : 'application/json',
    bytes: Buffer.from(
      asked.format === 'html' ? htmlTranscript(tenant.locale, written) : JSON.stringify(written, null, 2),
    ),
  };
}

async function allLines(db: Reads, tenantId: string, conversationId: string, readerId: string) {
  const lines: Line[] = [];
  let before: number | undefined;
  for (;;) {
    const part = { tenantId, conversationId, readerId, customerOnly: false, before };
    const more = await linesOf(db, part, linesAtOnce);
    lines.unshift(...more);
    if (more.length < linesAtOnce) return { lines, cut: false };
    if (lines.length >= linesMost) return { lines, cut: true };
    before = more[0]?.number;
  }
}

function writtenLine(
  { tenant, linkTo }: Parts,
  reader: Member,
  line: Line,
  isMasked: boolean,
): Written['lines'][number] {
  const { words, mediaId } = wordsOf(tenant.locale, reader, line);
  return {
    at: formatStamp(line.at, tenant.timeZone),
    who: authorOf(tenant.locale, line),
    kind: line.kind,
    marks: marksOf(tenant.locale, line),
    text: isMasked ? masked(words) : words,
    ...(mediaId === undefined ? {} : { link: linkTo(mediaId) }),
  };
}

async function aboutOf({ db, vault, tenant, now }: Parts, conversation: Conversation, isMasked: boolean) {
  const { locale, timeZone } = tenant;
  const person = await personOf(db, vault, tenant.id, conversation.customerId, now);
  const [row] = await db.query<{ account: string; queue: string; owner: string | null }>(
    `select a.name as account, q.name as queue, o.name as owner
       from conversations c join accounts a on a.tenant_id = c.tenant_id and a.id = c.account_id
       join queues q on q.tenant_id = c.tenant_id and q.id = c.queue_id
       left join members o on o.tenant_id = c.tenant_id and o.id = c.owner_id
      where c.tenant_id = $1 and c.id = $2`,
    [tenant.id, conversation.id],
  );
  const reach = (kind: Reach) =>
    (person?.[kind] ?? []).map((value) => (isMasked ? maskedReach(kind, value) : value)).join('，');
  const rating = conversation.rating === undefined ? undefined : `${conversation.rating} / 5`;
  const facts: [label: string, value: string | undefined][] = [
    [text(locale, 'search.person'), person?.name],
    [text(locale, 'card.label.phone'), reach('phone')],
    [text(locale, 'card.label.email'), reach('email')],
    [text(locale, 'card.label.channel'), row?.account],
    [text(locale, 'card.label.queue'), row?.queue],
    [text(locale, 'card.label.owner'), row?.owner ?? undefined],
    [text(locale, 'card.label.since'), formatStamp(conversation.openedAt, timeZone)],
    [text(locale, 'card.label.status'), text(locale, `card.state.${conversation.state}`)],
    [text(locale, 'card.label.rating'), rating],
    [
      text(locale, 'card.label.summary'),
      isMasked ? masked(conversation.closeSummary ?? '') : conversation.closeSummary,
    ],
  ];
  return {
    customer: person?.name ?? '',
    facts: facts.flatMap(([label, value]) => (value ? [{ label, value }] : [])),
  };
}
