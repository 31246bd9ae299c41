import type { Account } from './accounts/accounts.js';
import { askToPull } from './accounts/pull-ticket.js';
import type { Core } from './core.js';
import { answerClick } from './members/click.js';
import { identityMailbox, memberMailbox } from './pipeline/entry.js';
import type { Receipt } from './pipeline/record.js';
import type { Delivery, Response } from './ports/delivery.js';
import type { Inbound, InboundOther, InboundRecall } from './ports/inbound.js';
import type { Workspace } from './workspaces/workspaces.js';

/**
 * The way of a message, its first three steps: *receive* (verify and parse, pure), *record* (one insert, unique for ever),
 * *wake* (a hint). Only then is the platform answered. Step 4, *handle*, is `pipeline/reader.ts` and `pipeline/handle.ts`;
 * step 5, *send*, is `outbox/drain.ts`; step 6, *project*, is `cards/view.ts`.
 */
export async function receiveFromPlatform(
  core: Core,
  workspace: Workspace,
  delivery: Delivery,
): Promise<Response> {
  const reading = workspace.bot.read(delivery, workspace.credentials, core.clock.now());
  if (!reading.verified) {
    core.log.warn({ workspace: workspace.id, reason: reading.reason }, 'a delivery was refused');
    return reading.response;
  }
  core.usage.count(workspace, { pushes: 1 });
  core.heard.note('workspaces', workspace);
  if (reading.polls !== undefined && workspace.bot.answerPoll) {
    const said = await workspace.shared.get(`said:${reading.polls}`);
    return workspace.bot.answerPoll(said, delivery, workspace.credentials);
  }
  const [first] = reading.events;
  if (first?.kind === 'click') return answerClick(core, workspace, delivery, first);
  await recordFromPlatform(core, workspace, withLead(reading.events));
  return reading.response;
}

export async function receiveFromChannel(
  core: Core,
  account: Account,
  delivery: Delivery,
): Promise<Response> {
  const reading = account.connector.read(delivery, account.settings, core.clock.now());
  if (!reading.verified) {
    core.log.warn({ account: account.id, reason: reading.reason }, 'a delivery was refused');
    return reading.response;
  }
  core.heard.note('accounts', account);
  await recordFromChannel(core, account, reading.events);
  if (reading.pulls !== undefined) await askToPull(core, account, reading.pulls);
  if (reading.holds && account.connector.answerHeld)
    return account.connector.answerHeld(
      reading.holds,
      delivery,
      account,
      core.hostOf(account.connector.channel),
    );
  return reading.response;
}

/** What members do goes to their own mailbox first, so that it keeps the order in which they did it. */
async function recordFromPlatform(
  core: Core,
  workspace: Workspace,
  events: readonly Inbound[],
): Promise<void> {
  const receipts: Receipt[] = [];
  for (const event of events) {
    if (event.kind === 'recall' && event.sender === undefined) {
      const receipt = await recallOf(core, workspace, event);
      if (receipt) receipts.push(receipt);
      continue;
    }
    if (event.kind === 'other' || event.sender === undefined) continue;
    // Nobody becomes a member because the directory mentions them.
    const memberId =
      event.kind === 'directory'
        ? await core.people.knownAs(workspace, event.sender)
        : await core.people.memberOf(workspace, event.sender);
    if (memberId === undefined) continue;
    receipts.push({
      tenantId: workspace.tenantId,
      source: workspace.id,
      sender: event.sender,
      externalId: event.id,
      mailbox: memberMailbox(memberId),
      entry: { kind: 'member', workspaceId: workspace.id, event },
    });
  }
  await recordAndWake(core, receipts);
}

/** Not every platform says who took a message back; but whose it was is known. */
async function recallOf(
  { db }: Core,
  { tenantId, id: workspaceId }: Workspace,
  event: InboundRecall,
): Promise<Receipt | undefined> {
  const [said] = await db.query<{ author_id: string }>(
    `select m.author_id from appearances a join messages m on m.tenant_id = a.tenant_id and m.id = a.message_id
      where a.tenant_id = $1 and a.source = $2 and a.external_id = $3 and m.author_kind = 'agent'
     union all
     select member_id from drafts where tenant_id = $1 and settled_at is null
        and said #>> '{appearance,source}' = $2::text and said #>> '{appearance,externalId}' = $3 limit 1`,
    [tenantId, workspaceId, event.messageId],
  );
  return (
    said && {
      tenantId,
      source: workspaceId,
      sender: said.author_id,
      externalId: event.id,
      mailbox: memberMailbox(said.author_id),
      entry: { kind: 'member', workspaceId, event },
    }
  );
}

/** The pictures of a rich text are for whom its words are: they take its quote, and the words with them. */
function withLead(events: readonly Inbound[]): readonly Inbound[] {
  if (events.length < 2) return events;
  const messages = new Map(events.map((event) => [event.id, event]));
  return events.map((event) => {
    const first = messages.get(event.id.replace(/#\d+$/, ''));
    if (event.kind !== 'message' || first?.kind !== 'message' || first === event) return event;
    return { ...event, quote: first.quote, lead: first.type === 'text' ? first.text : undefined };
  });
}

/** What customers do goes to their identity's mailbox, which is that of their open conversation. */
export async function recordFromChannel(
  core: Core,
  account: Pick<Account, 'tenantId' | 'id'>,
  events: readonly Inbound[],
): Promise<void> {
  const receipts: Receipt[] = [];
  for (const event of events) {
    if (event.kind === 'other' || event.sender === undefined) continue;
    const identityId = await identityFor(core, account, event);
    if (identityId === undefined) continue;
    receipts.push({
      tenantId: account.tenantId,
      source: account.id,
      sender: event.sender,
      externalId: event.id,
      mailbox: identityMailbox(identityId),
      entry: { kind: 'customer', event },
    });
  }
  await recordAndWake(core, receipts);
}

/** Whose mailbox an event belongs to. Undefined: nobody's; who only looks at pages is no customer. */
export function identityFor(
  core: Pick<Core, 'identities'>,
  account: Pick<Account, 'tenantId' | 'id'>,
  event: Exclude<Inbound, InboundOther>,
): Promise<string | undefined> {
  if (event.kind === 'pages') return core.identities.find(account, event.sender);
  const profile = event.kind === 'message' || event.kind === 'facts' ? event.profile : undefined;
  return core.identities.of(account, event.sender ?? '', profile);
}

async function recordAndWake(core: Core, receipts: readonly Receipt[]): Promise<void> {
  await Promise.all(receipts.map((receipt) => core.recorder.record(receipt)));
  core.hints.give(receipts.map(({ tenantId, mailbox }) => ({ kind: 'mailbox', tenantId, name: mailbox })));
}
