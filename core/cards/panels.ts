import { z } from 'zod';
import { cannedPanel } from '../canned/panel.js';
import { moreActions } from '../conversations/actions.js';
import { holdPanel } from '../conversations/hold.js';
import { offerPanel } from '../conversations/offer.js';
import { postponedPanel } from '../conversations/postpone.js';
import { surePanel } from '../conversations/transfer.js';
import { blockedPanel } from '../customers/blocked.js';
import { customerPanel } from '../customers/panel.js';
import { memberById } from '../members/member.js';
import { offDutyPanel } from '../members/off-duty.js';
import { remindPanel } from '../members/remind.js';
import { statusPanel } from '../members/status.js';
import type { Operations } from '../operations/registry.js';
import { batchPanel } from '../overview/batch.js';
import { browsePanel } from '../overview/browse.js';
import { heirPanel } from '../overview/choose-heir.js';
import { detailPanel } from '../overview/detail.js';
import { livePanel } from '../overview/live.js';
import { teamPanel } from '../overview/team.js';
import { teammatePanel } from '../overview/teammate.js';
import { finding } from '../search/find.js';
import { logPanel } from '../search/log.js';
import { setupPanel } from '../setup/panel.js';
import type { Drawn, Looking } from './look.js';
import type { Panel } from './panel.js';

/** Every panel there is, by name. */
const panels: ReadonlyMap<string, Panel> = new Map(
  [
    batchPanel,
    blockedPanel,
    cannedPanel,
    customerPanel,
    detailPanel,
    finding,
    heirPanel,
    holdPanel,
    livePanel,
    browsePanel,
    logPanel,
    moreActions,
    offDutyPanel,
    offerPanel,
    postponedPanel,
    remindPanel,
    setupPanel,
    statusPanel,
    surePanel,
    teamPanel,
    teammatePanel,
  ].map((one) => [one.name, one]),
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
