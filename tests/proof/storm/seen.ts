/** What arrived, held against what the product says of it: at customers, and at agents' clients. */
import type { Stage } from '../../stage.js';
import type { Agent, Line } from './agents.js';
import type { Customer } from './customers.js';
import { type Book, groupedBy, marksIn, ownerOf, sideOf } from './said.js';
import type { Shop } from './shop.js';
import type { Kept } from './stored.js';

export interface Audit {
  stage: Stage;
  known: ReadonlyMap<string, Kept>;
  book: Book;
  customers: readonly Customer[];
  agents: readonly Agent[];
  shop: Shop;
  broken: string[];
  count(what: string, times?: number): void;
}

interface Send extends Record<string, unknown> {
  id: string;
  messageId: string;
  state: string;
  error: string | null;
}

interface Missing {
  row: string;
  state: string;
  body: string;
}

/** What agents were told of sends, and what could itself not be told for sure. */
interface Telling {
  told: ReadonlySet<string>;
  missing: readonly Missing[];
}

export async function auditSeen(audit: Audit): Promise<void> {
  const { agents, stage } = audit;
  const lines = new Map<Agent, Line[]>();
  for (const agent of agents) lines.set(agent, await agent.reads());
  const told = new Set(
    [...lines.values()]
      .flat()
      .filter(({ isTold }) => isTold)
      .flatMap(({ text }) => marksIn(text)),
  );
  const missing = await stage.db.query<{ row: string; state: string; body: string }>(
    `select id as row, state, body::text as body from outbox where kind = 'tell' and state in ('unknown', 'refused')`,
  );
  await auditEvents(audit);
  await auditCustomers(audit, { told, missing });
  await auditAgents(audit, lines, { told, missing });
}

/** Every send that was refused, or of unknown fate, is an event. */
async function auditEvents({ stage, broken, count }: Audit): Promise<void> {
  const rows = await stage.db.query<{
    id: string;
    kind: string;
    state: string;
    error: string | null;
    noted: boolean;
  }>(
    `select o.id, o.kind, o.state, o.error, exists (
        select 1 from events e where e.tenant_id = o.tenant_id and e.kind = 'send.' || o.state and e.data->>'row' = o.id::text) as noted
       from outbox o where o.state in ('unknown', 'refused')`,
  );
  for (const { id, kind, state, error, noted } of rows) {
    count(`sends ${state} (${kind}): ${error}`);
    if (!noted) broken.push(`send ${id} (${kind}) is ${state} (${error}) without an event`);
  }
}

const isTold = (mark: string, { told, missing }: Telling): boolean =>
  told.has(mark) || missing.some(({ body }) => body.includes(mark));

async function auditCustomers(audit: Audit, telling: Telling): Promise<void> {
  const { customers, known, shop, broken, count } = audit;
  for (const customer of customers) {
    const heard = (await customer.hears()).flatMap(marksIn);
    for (const mark of heard) {
      if (ownerOf(mark) !== customer.key) broken.push(`${customer.key} read ${mark}, which is another's`);
      if (sideOf(mark) === 'customer' && customer.channel !== 'wechat-kf')
        broken.push(`${customer.key} was sent back ${mark}`);
    }
    auditOrder(heard, known, `${customer.key} read`, broken);
    for (const [mark, kept] of known) {
      if (ownerOf(mark) !== customer.key || sideOf(mark) !== 'agent') continue;
      const times = heard.filter((one) => one === mark).length;
      auditSend(mark, { times, state: kept.delivery ?? 'none', where: customer.channel }, telling, audit);
    }
  }
  for (const unlike of shop.unlike) broken.push(unlike);
  for (const [what, times] of Object.entries(shop.counted)) count(`the shop ${what}`, times);
}

function auditSend(
  mark: string,
  { times, state, where }: { times: number; state: string; where: string },
  telling: Telling,
  { book, broken, count }: Audit,
): void {
  if (book.find(mark)?.isCalm && state !== 'sent')
    broken.push(`${mark} is ${state} at ${where}, when all was well again`);
  if (times > 1) broken.push(`${mark} was read ${times} times at ${where} (it is shown as ${state})`);
  if (state === 'sent') {
    if (times === 1) count(`sends seen once at ${where}`);
    if (times === 0) broken.push(`${mark} is shown as sent and never reached ${where}`);
    return;
  }
  count(`sends shown as ${state} at ${where}, seen ${times === 0 ? 'not at all' : 'once'}`);
  if (state !== 'unknown' && state !== 'failed' && state !== 'refused')
    broken.push(`${mark} is shown as ${state} at ${where}`);
  if ((state === 'failed' || state === 'refused') && times > 0)
    broken.push(`${mark} is shown as ${state} at ${where}, and arrived`);
  if (!isTold(mark, telling)) broken.push(`nobody was told that ${mark} is ${state} at ${where}`);
}

async function auditAgents(audit: Audit, lines: ReadonlyMap<Agent, Line[]>, telling: Telling): Promise<void> {
  const { stage, agents, known, broken } = audit;
  const sends = await stage.db.query<Send>(
    `select id, message_id as "messageId", state, error from outbox where kind = 'relay'`,
  );
  const byMessage = groupedBy(sends, ({ messageId }) => messageId);
  for (const agent of agents) {
    const prefix = `zk${agent.enterprise.number}c`;
    const read = (lines.get(agent) ?? []).filter((line) => !line.isTold).flatMap(({ text }) => marksIn(text));
    for (const mark of read)
      if (!mark.startsWith(prefix))
        broken.push(`${agent.person} read ${mark}, which is another enterprise's`);
    const heard = read.filter((mark) => sideOf(mark) === 'customer');
    for (const [owner, marks] of groupedBy(heard, ownerOf))
      auditOrder(marks, known, `${agent.person} read of ${owner}`, broken);
    for (const [mark, kept] of known) {
      if (!mark.startsWith(prefix) || sideOf(mark) !== 'customer' || !kept.isShown) continue;
      const rows = byMessage.get(kept.id) ?? [];
      const [row] = rows;
      if (!row) broken.push(`${mark} was said to an agent, and was to be shown to nobody`);
      if (rows.length > 1) broken.push(`${mark} was to be shown ${rows.length} times`);
      const times = heard.filter((one) => one === mark).length;
      if (row) auditSend(mark, { times, state: row.state, where: whereOf(agent) }, telling, audit);
    }
  }
}

const whereOf = ({ app }: Agent): string => `${app.platform} ${app.desk ?? 'direct'} ${app.transport}`;

/** What is read is read in the transcript's order, what was skipped apart. */
function auditOrder(
  read: readonly string[],
  known: ReadonlyMap<string, Kept>,
  what: string,
  broken: string[],
): void {
  const numbers = [...new Set(read)].flatMap((mark) => {
    const kept = known.get(mark);
    return kept ? [{ mark, number: kept.number }] : [];
  });
  for (const [at, { mark, number }] of numbers.entries()) {
    const before = numbers[at - 1];
    if (before && before.number > number)
      broken.push(`${what} ${before.mark} before ${mark}, against the transcript`);
  }
}
