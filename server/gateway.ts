import { type Keeper, keepConnected, systemTimers } from '../bots/keeper.js';
import type { Core } from '../core/core.js';
import { receiveFromPlatform } from '../core/receive.js';
import type { Vault } from '../core/secrets/vault.js';
import { sharedValues } from '../core/storage/shared-values.js';
import type { Workspace } from '../core/workspaces/workspaces.js';

/** Keeps the long connections of every workspace that hears by socket. */
export async function openGateway(
  core: Core,
  vault: Vault,
  random: () => number,
): Promise<{ hearing(): boolean; stop(): Promise<void> }> {
  const workspaces = (await core.workspaces.all()).filter((one) => one.transport === 'socket');
  const keepers = workspaces
    .map((workspace) => keep(core, vault, workspace, random))
    .filter((keeper) => keeper !== undefined);
  return {
    hearing: () => keepers.every((keeper) => keeper.hearing() > 0),
    async stop() {
      await Promise.all(keepers.map((keeper) => keeper.stop()));
    },
  };
}

function keep(core: Core, vault: Vault, workspace: Workspace, random: () => number): Keeper | undefined {
  const { bot, credentials, tenantId, id } = workspace;
  const { clock, log, db } = core;
  if (!bot.connect) return undefined;
  const connect = bot.connect.bind(bot);
  const parts = {
    clock,
    log,
    shared: sharedValues(db, vault, clock, tenantId, id),
    baseUrl: workspace.baseUrl,
    line: () => core.lines.of(id),
  };
  return keepConnected({
    name: `${bot.platform}/${workspace.name}`,
    open: (ears) => connect(credentials, parts, ears),
    heard: (delivery) => receiveFromPlatform(core, workspace, delivery),
    onGap(fromMs, toMs) {
      log.warn(
        { workspace: id, from: new Date(fromMs), to: new Date(toMs) },
        'nothing could be heard for a while',
      );
    },
    clock,
    timers: systemTimers,
    log,
    random,
  });
}
