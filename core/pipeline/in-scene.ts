import type { Core } from '../core.js';
import type { Hint } from './hints.js';
import type { Scene } from './scene.js';

/**
 * A scene without an inbox row, for what changes no conversation and no member: words and cards to staff that something
 * outside the mailboxes gave rise to (a connection that was deaf, a click that could not be answered on its card).
 */
export async function inScene(
  { db, clock, ids, hints, tenants, workspaces, accounts, vault }: Core,
  tenantId: string,
  does: (scene: Scene) => Promise<void>,
): Promise<void> {
  const tenant = await tenants.get(tenantId);
  const noted: Hint[] = [];
  await db.transaction((tx) =>
    does({
      tx,
      tenant,
      now: clock.now(),
      ids,
      hints: noted,
      platforms: workspaces.platforms,
      channels: accounts.channels,
      vault,
    }),
  );
  hints.give(noted);
}
