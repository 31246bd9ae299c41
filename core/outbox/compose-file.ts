import { z } from 'zod';
import type { BotAbilities } from '../ports/bot.js';
import type { Outgoing, Place } from '../ports/courier.js';
import { transcriptFile } from '../search/export-file.js';
import type { ComposeParts, OutboxRow } from './compose.js';

/** A conversation's transcript as a file, for the member who asked. */
export const transcriptOf = z.object({
  conversation: z.string(),
  member: z.string(),
  format: z.enum(['html', 'json']),
});
export type TranscriptOf = z.infer<typeof transcriptOf>;

/** Makes the file and sends it; where the platform takes none, a link to it. Undefined: there is nothing they may see. */
export async function composeFile(
  { db, vault, clock, tenants, media }: ComposeParts,
  row: Pick<OutboxRow, 'id' | 'tenantId'>,
  asked: TranscriptOf,
  { to, words, shows }: { to: Place; words: string; shows: BotAbilities['media'] },
): Promise<{ out: Outgoing; plain: Outgoing } | undefined> {
  const { tenantId } = row;
  const tenant = await tenants.get(tenantId);
  const linkTo = (mediaId: string) => media.link(tenantId, mediaId);
  const file = await transcriptFile({ db, vault, tenant, now: clock.now(), linkTo }, asked);
  if (!file) return undefined;
  const made = await media.made(tenantId, row.id, file);
  const plain: Outgoing = { kind: 'text', to, text: `${words}\n${made.name}\n${made.url}` };
  const out: Outgoing = shows.includes('file') ? { kind: 'media', to, media: made, caption: words } : plain;
  return { out, plain };
}
