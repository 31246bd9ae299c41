import { type Drawn, phaseOf } from '../cards/look.js';
import { type CardRow, viewOf } from '../cards/view.js';
import { conversationById } from '../conversations/conversation.js';
import type { Core } from '../core.js';
import { workable } from '../ports/bot.js';
import type { Tenant } from '../tenant.js';
import { type Decided, decidedOn } from './decide.js';
import { filesOf, type SentFile, takesFiles } from './files.js';
import { isOfPhase, type PageLink } from './link.js';
import { mayRead, type Reader } from './reader.js';
import { hasPhases, subjectIn } from './subject.js';

/** A card on a page, as it stands now. */
export interface Shown {
  link: PageLink;
  tenant: Tenant;
  reader: Reader;
  card: CardRow;
  drawn: Drawn;
  /** `open`: it can be decided on · `decided`: by this reader, who did so · `moved`: by others, or by what happened since. */
  standing: 'open' | 'decided' | 'moved';
  /** What the reader decided. */
  decided?: Decided;
  /** Present where files for the customer are taken: those that the customer sent. */
  files?: SentFile[];
  /** Of the conversation the card is about, read before the card was drawn. */
  conversationPhase?: string;
}

/** `gone`: there is nothing to show any more · `hidden`: it is no longer for this member's eyes. */
export async function show(core: Core, link: PageLink, reader: Reader): Promise<Shown | 'gone' | 'hidden'> {
  const { db, clock, tenants, workspaces, operations } = core;
  const { tenantId } = link;
  const workspace = await workspaces.byId(tenantId, link.workspaceId);
  const [card] = await db.query<CardRow & Record<string, unknown>>(
    `select template, subject, audience, data from cards where tenant_id = $1 and id = $2 and workspace_id = $3`,
    [tenantId, link.cardId, link.workspaceId],
  );
  if (!card || !workspace) return 'gone';
  if (!(await mayRead(core, reader, card))) return 'hidden';
  const conversationPhase = await phaseOfSubject(core, tenantId, card.subject);
  const tenant = await tenants.get(tenantId);
  const looking = {
    db,
    tenant,
    now: clock.now(),
    abilities: workspace.bot.abilities,
    workable: workable(workspaces.platforms),
    vault: core.vault,
    quotaOf: (id: string) => workspaces.quotaOf(tenantId, id),
    fingerprint: (kind: string, value: string) => core.vault.fingerprint(tenantId, kind, value),
    linkTo: (mediaId: string) => core.media.link(tenantId, mediaId),
  };
  const drawn = await viewOf(looking, operations, card);
  if (!drawn) return 'gone';
  const shown = { link, tenant, reader, card, drawn, conversationPhase };
  if (!hasPhases(card.subject) || isOfPhase(link, drawn.phase)) {
    const open = { ...shown, standing: 'open' } as const;
    if (!takesFiles(open, workspace.bot.abilities)) return open;
    return { ...open, files: await filesOf(db, core.media, tenantId, subjectIn(card.subject).id) };
  }
  const decided = (await decidedOn(core, link)).find(({ outcome }) => outcome.ok);
  return { ...shown, standing: decided ? 'decided' : 'moved', decided };
}

async function phaseOfSubject({ db }: Core, tenantId: string, subject: string): Promise<string | undefined> {
  const { kind, id } = subjectIn(subject);
  const conversation = kind === 'conversation' ? await conversationById(db, tenantId, id) : undefined;
  return conversation && phaseOf(conversation);
}
