import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { conversationsById, type Reads } from '../conversations/conversation.js';
import { giveBackWithinMs } from '../conversations/giving.js';
import { batchPanelName, giveBack, heir, reassign } from '../conversations/reassign.js';
import { text } from '../i18n/texts.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward, happened } from '../pipeline/scene.js';
import { inSight, sightOf, Values } from '../search/visible.js';
import { teammate } from './people.js';

/** One call that became many, each in its conversation's mailbox: what was asked, and of which conversations. */
const begun = z.object({
  operation: z.enum([reassign.name, giveBack.name]),
  conversations: z.array(z.object({ id: z.uuid(), code: z.string() })),
});
type Begun = z.infer<typeof begun> & { actor: string; at: number };

const batchKind = 'batch.begun';
const subjectOfBatch = (id: string): string => `batch:${id}`;
/** More than anybody has in hand. */
const most = 500;

/** Always the same for a conversation of a batch, so that however often it is asked for it is done once. */
export function idInBatch(batch: string, conversation: string): string {
  const bytes = createHash('sha256').update(`${batch} ${conversation}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

async function beginBatch(
  call: Call,
  name: string,
  conversations: { id: string; code: string; identityId: string }[],
  more: Record<string, string>,
): Promise<void> {
  const { scene, invocation, caller } = call;
  const batch = invocation.id;
  await happened(scene, {
    kind: batchKind,
    subject: subjectOfBatch(batch),
    actor: caller?.id,
    data: { operation: name, conversations: conversations.map(({ id, code }) => ({ id, code })), ...more },
  });
  for (const { id, identityId } of conversations) {
    await forward(scene, identityMailbox(identityId), {
      kind: 'invoke',
      invocation: {
        ...{ id: idInBatch(batch, id), operation: name, actor: invocation.actor, at: invocation.at },
        input: { conversation: id, batch, ...more },
        origin: { kind: 'batch' },
      },
    });
  }
  await showPanel(call, batchPanel, { batch });
}

/** Gives everything that a member has in hand, as far as the caller may see it, to a colleague or a queue. */
export const reassignAll = operation({
  name: 'member.reassignAll',
  input: z.object({ member: z.uuid(), to: heir }),
  who: ['supervisor', 'admin'],
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notAllowed'));
    const sight = await sightOf(scene.tx, scene.tenant.id, caller);
    const one = await teammate(scene.tx, scene.tenant.id, sight, input.member);
    if (!one) return refuse(text(locale, 'overview.noSuchColleague'));
    const values = new Values();
    const rows = await scene.tx.query<{ id: string; code: string | null; identity_id: string }>(
      `select c.id, c.code, c.identity_id from conversations c
        where c.tenant_id = ${values.add(scene.tenant.id)} and c.state = 'active'
          and ${inSight(values, sight, { ownerId: input.member })} order by c.claimed_at, c.id limit ${most}`,
      values.all,
    );
    if (rows.length === 0) return refuse(text(locale, 'overview.nothingInHand'));
    const conversations = rows.map((row) => ({
      id: row.id,
      code: row.code ?? '',
      identityId: row.identity_id,
    }));
    await beginBatch(call, reassign.name, conversations, { to: input.to, from: input.member });
    return done(text(locale, 'overview.reassigning', { count: rows.length }));
  },
});

/** Takes back what a batch gave, each conversation for itself: what somebody has spoken in since stays where it is. */
export const undoBatch = operation({
  name: 'member.undoReassignAll',
  input: z.object({ batch: z.uuid() }),
  who: ['supervisor', 'admin'],
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const batch = await batchById(scene.tx, scene.tenant.id, input.batch);
    if (!batch || !caller || batch.actor !== caller.id || !isUndoable(batch, scene.now))
      return refuse(text(locale, 'overview.tooLateToGiveBack'));
    const given = new Map(
      (await outcomesOf(scene.tx, scene.tenant.id, input.batch, batch)).map((one) => [one.id, one.ok]),
    );
    const ids = batch.conversations.filter(({ id }) => given.get(id)).map(({ id }) => id);
    const found = await conversationsById(scene.tx, scene.tenant.id, ids);
    if (found.length === 0) return refuse(text(locale, 'overview.tooLateToGiveBack'));
    const conversations = found.map(({ id, code = '', identityId }) => ({ id, code, identityId }));
    await beginBatch(call, giveBack.name, conversations, {});
    return done(text(locale, 'overview.givingBack', { count: conversations.length }));
  },
});

const isUndoable = ({ operation, at }: Begun, now: number): boolean =>
  operation === reassign.name && now - at <= giveBackWithinMs;

async function batchById(db: Reads, tenantId: string, id: string): Promise<Begun | undefined> {
  const [row] = await db.query<{ actor: string | null; data: unknown; at: Date }>(
    'select actor, data, at from events where tenant_id = $1 and subject = $2 and kind = $3 limit 1',
    [tenantId, subjectOfBatch(id), batchKind],
  );
  const data = begun.safeParse(row?.data);
  return row && data.success ? { ...data.data, actor: row.actor ?? '', at: row.at.getTime() } : undefined;
}

async function outcomesOf(db: Reads, tenantId: string, batch: string, { conversations }: Begun) {
  const ids = new Map(conversations.map((one) => [idInBatch(batch, one.id), one]));
  const rows = await db.query<{ id: string; ok: boolean; say: string | null }>(
    `select id, ok, outcome ->> 'say' as say from invocations where tenant_id = $1 and id = any($2::uuid[])`,
    [tenantId, [...ids.keys()]],
  );
  return rows.flatMap((row) => {
    const of = ids.get(row.id);
    return of ? [{ ...of, ok: row.ok, say: row.say ?? '' }] : [];
  });
}

const rowsShown = 8;

/** How far a batch has come, and what could not be done. */
export const batchPanel = panel({
  name: batchPanelName,
  asked: z.object({ batch: z.uuid() }),
  async view(looking, reader, asked): Promise<Shown | undefined> {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    const batch = await batchById(db, tenant.id, asked.batch);
    if (!batch || batch.actor !== reader.id) return undefined;
    const outcomes = await outcomesOf(db, tenant.id, asked.batch, batch);
    const refused = outcomes.filter(({ ok }) => !ok);
    const total = batch.conversations.length;
    const left = total - outcomes.length;
    const given = outcomes.length - refused.length;
    return {
      title: text(locale, batch.operation === reassign.name ? 'overview.reassignAll' : 'overview.undoAll'),
      tag: `${outcomes.length}/${total}`,
      tone: left > 0 ? 'accent' : refused.length > 0 ? 'warning' : 'good',
      status: left > 0 ? text(locale, 'overview.underWay') : text(locale, 'overview.allDone'),
      told: text(locale, 'overview.counts', { given, refused: refused.length }),
      rows: refused.slice(0, rowsShown).map(({ code, say }) => ({
        ...{ title: code, detail: say, text: '', tone: 'warning', buttons: [] },
      })),
      omitted: Math.max(0, refused.length - rowsShown),
      buttons: buttonsOf(looking, asked.batch, batch, given, now),
    };
  },
});

function buttonsOf({ tenant: { locale } }: Looking, id: string, batch: Begun, given: number, now: number) {
  const sure = {
    title: text(locale, 'overview.sureUndoAll'),
    text: text(locale, 'overview.sureUndoAllText'),
  };
  return [
    ...(given > 0 && isUndoable(batch, now)
      ? [button(text(locale, 'overview.button.undoAll'), undoBatch.name, { batch: id }, { confirm: sure })]
      : []),
    button(text(locale, 'overview.button.team'), 'member.team'),
  ];
}
