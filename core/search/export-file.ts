import { conversationById, type Reads } from '../conversations/conversation.js';
import { contentWords } from '../conversations/words.js';
import { formatStamp } from '../i18n/stamp.js';
import { text } from '../i18n/texts.js';
import { cleanFileName } from '../media/file-name.js';
import { memberById } from '../members/member.js';
import { SealBroken, type Vault } from '../secrets/vault.js';
import type { Tenant } from '../tenant.js';
import { htmlTranscript } from './export-html.js';
import { authorOf, marksOf } from './line-words.js';
import { type Line, linesOf } from './lines.js';
import { maskEmail, masked, maskPhone } from './mask.js';
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
  const isMasked = member.role === 'agent';
  const { lines, cut } = await allLines(db, tenant.id, conversation.id, member.id);
  const about = await aboutOf(parts, conversation.id, isMasked);
  const written: Written = {
    title: [conversation.code, about.customer].filter(Boolean).join(' '),
    facts: about.facts,
    lines: lines.map((line) => writtenLine(parts, line, isMasked)),
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

function writtenLine({ tenant, linkTo }: Parts, line: Line, isMasked: boolean): Written['lines'][number] {
  const words = contentWords(tenant.locale, line.content);
  const mediaId = 'media' in line.content ? line.content.media.mediaId : undefined;
  return {
    at: formatStamp(line.at, tenant.timeZone),
    who: authorOf(tenant.locale, line),
    kind: line.kind,
    marks: marksOf(tenant.locale, line),
    text: isMasked ? masked(words) : words,
    ...(mediaId === undefined ? {} : { link: linkTo(mediaId) }),
  };
}

async function aboutOf({ db, vault, tenant }: Parts, id: string, isMasked: boolean) {
  const { locale, timeZone } = tenant;
  const conversation = await conversationById(db, tenant.id, id);
  const [row] = await db.query<{
    customer_id: string;
    customer: string;
    phone: string | null;
    email: string | null;
    account: string;
    queue: string;
    owner: string | null;
  }>(
    `select k.id as customer_id, k.name as customer, k.phone_sealed as phone, k.email_sealed as email, a.name as account,
            q.name as queue, o.name as owner
       from conversations c join customers k on k.tenant_id = c.tenant_id and k.id = c.customer_id
       join accounts a on a.tenant_id = c.tenant_id and a.id = c.account_id
       join queues q on q.tenant_id = c.tenant_id and q.id = c.queue_id
       left join members o on o.tenant_id = c.tenant_id and o.id = c.owner_id
      where c.tenant_id = $1 and c.id = $2`,
    [tenant.id, id],
  );
  if (!row || !conversation) return { customer: '', facts: [] };
  const opened = async (column: 'phone_sealed' | 'email_sealed', sealed: string | null) =>
    sealed === null ? undefined : unsealed(vault, tenant.id, column, row.customer_id, sealed);
  const phone = await opened('phone_sealed', row.phone);
  const email = await opened('email_sealed', row.email);
  const fact = (label: string, value: string | undefined) => (value ? [{ label, value }] : []);
  return {
    customer: row.customer,
    facts: [
      ...fact(text(locale, 'search.person'), row.customer),
      ...fact(text(locale, 'card.label.phone'), phone && (isMasked ? maskPhone(phone) : phone)),
      ...fact(text(locale, 'card.label.email'), email && (isMasked ? maskEmail(email) : email)),
      ...fact(text(locale, 'card.label.channel'), row.account),
      ...fact(text(locale, 'card.label.queue'), row.queue),
      ...fact(text(locale, 'card.label.owner'), row.owner ?? undefined),
      ...fact(text(locale, 'card.label.since'), formatStamp(conversation.openedAt, timeZone)),
      ...fact(text(locale, 'card.label.status'), text(locale, `card.state.${conversation.state}`)),
      ...fact(
        text(locale, 'card.label.rating'),
        conversation.rating === undefined ? undefined : `${conversation.rating} / 5`,
      ),
      ...fact(text(locale, 'card.label.summary'), conversation.closeSummary),
    ],
  };
}

/** A value that can't be opened is left out: a file is better without it than not at all. */
async function unsealed(
  vault: Vault,
  tenantId: string,
  column: string,
  row: string,
  sealed: string,
): Promise<string | undefined> {
  try {
    return await vault.open({ tenantId, table: 'customers', column, row }, sealed);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
