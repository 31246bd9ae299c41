import { z } from 'zod';
import { moreActions } from '../conversations/actions.js';
import { postponedPanel } from '../conversations/postpone.js';
import { memberById } from '../members/member.js';
import type { Operations } from '../operations/registry.js';
import type { Drawn, Looking } from './look.js';
import type { Panel } from './panel.js';

/** Every panel there is, by name. */
const panels: ReadonlyMap<string, Panel> = new Map(
  [moreActions, postponedPanel].map((one) => [one.name, one]),
);

const kept = z.object({ panel: z.string(), asked: z.unknown() });

/** What a kept panel shows its reader now. */
export async function panelView(
  looking: Looking,
  operations: Operations,
  card: { data: unknown; audience: string },
): Promise<Drawn | undefined> {
  const data = kept.safeParse(card.data);
  const reader = await memberById(looking.db, looking.tenant.id, card.audience.replace(/^member:/, ''));
  if (!data.success || !reader) return undefined;
  return panels.get(data.data.panel)?.view(looking, operations, reader, data.data.asked);
}
