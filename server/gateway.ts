import { type Keeper, keepConnected, keeperSettings, systemTimers } from '../bots/keeper.js';
import { alertGap, alertTaken } from '../core/alerts/connections.js';
import type { Core } from '../core/core.js';
import { inScene } from '../core/pipeline/in-scene.js';
import { Leader } from '../core/pipeline/leader.js';
import type { Scene } from '../core/pipeline/scene.js';
import type { Socket, SocketEars } from '../core/ports/bot.js';
import { receiveFromPlatform } from '../core/receive.js';
import type { Workspace } from '../core/workspaces/workspaces.js';

export interface Gateway {
  /** Whether every workspace that this process has to hear is heard. */
  hearing(): boolean;
  stop(): Promise<void>;
}

interface Kept {
  /** The workspace's. */
  id: string;
  keeper: Keeper;
  leader: Leader | undefined;
  version: string;
}

/** How often it is looked whether a connection that somebody took has been given back. */
const lookEveryMs = 2_000;

/** Keeps the long connections of every workspace that hears by socket. */
export async function openGateway(
  core: Core,
  parts: { processId: string; random(): number },
): Promise<Gateway> {
  const taken = new Taken(await takenNow(core));
  const kept = new Map<string, Kept>();
  let stopping = false;
  /** Connects what has been set up since, with the credentials it has now. */
  const connect = async (): Promise<void> => {
    const there = (await core.workspaces.all()).filter((one) => one.transport === 'socket');
    for (const [id, one] of kept) {
      if (there.some((workspace) => workspace.id === id && workspace.version === one.version)) continue;
      kept.delete(id);
      await end(one);
    }
    for (const workspace of there) {
      const one = kept.has(workspace.id) || stopping ? undefined : keep(core, parts, workspace, taken);
      if (one) kept.set(workspace.id, one);
    }
  };
  await connect();
  let connecting = Promise.resolve();
  const deaf = core.hints.hear((hint) => {
    if (hint.kind !== 'settings') return;
    connecting = connecting
      .then(() => (stopping ? undefined : connect()))
      .catch((error: unknown) => core.log.error({ error }, 'connections do not follow what was set up'));
  });
  const looking = setInterval(() => {
    const look = taken.beginLook();
    takenNow(core).then(
      (now) => {
        for (const id of taken.seen(now, look)) kept.get(id)?.keeper.resume();
      },
      (error: unknown) => core.log.warn({ error }, 'it could not be looked which connections are taken'),
    );
  }, lookEveryMs);
  return {
    hearing: () =>
      [...kept.values()].every(({ keeper, leader }) => leader?.leads() === false || keeper.hearing() > 0),
    async stop() {
      clearInterval(looking);
      deaf();
      stopping = true;
      await connecting;
      await Promise.all([...kept.values()].map(({ keeper }) => keeper.stop()));
      await Promise.all([...kept.values()].map(({ leader }) => leader?.stop()));
    },
  };
}

async function end({ keeper, leader }: Kept): Promise<void> {
  await keeper.stop();
  await leader?.stop();
}

/** Connections that somebody else has taken, and which of them were taken from this process. */
class Taken {
  /** With the number of looks that had begun when it was written down: an older look knows nothing of it. */
  private readonly fromUs = new Map<string, number>();
  private looks = 0;

  constructor(private ids: ReadonlySet<string>) {}

  /** Whether another process, or this one before it was started anew, found it taken. The keeper that lost it knows by itself. */
  elsewhere(id: string): boolean {
    return this.ids.has(id) && !this.fromUs.has(id);
  }

  /** It was taken from this process, and that is written down. */
  noticed(id: string): void {
    this.fromUs.set(id, this.looks);
  }

  beginLook(): number {
    this.looks += 1;
    return this.looks;
  }

  /** Returns those that were taken from us and have been given back. */
  seen(now: ReadonlySet<string>, look: number): string[] {
    const given = [...this.fromUs].filter(([id, since]) => look > since && !now.has(id)).map(([id]) => id);
    for (const id of given) this.fromUs.delete(id);
    this.ids = now;
    return given;
  }
}

async function takenNow({ db }: Core): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>('select id from workspaces where taken_at is not null');
  return new Set(rows.map(({ id }) => id));
}

function keep(
  core: Core,
  { processId, random }: { processId: string; random(): number },
  workspace: Workspace,
  taken: Taken,
): Kept | undefined {
  const { bot, credentials, tenantId, id, name, botParts } = workspace;
  const { clock, log, db, hints } = core;
  if (!bot.connect) return undefined;
  const connect = bot.connect.bind(bot);
  const isOnly = bot.abilities.connections === 'one';
  const leader = isOnly
    ? new Leader({ db, clock, log, hints, processId }, tenantId, `socket:${id}`, () => keeper.look())
    : undefined;
  const tell = (does: (scene: Scene) => Promise<void>) =>
    inScene(core, tenantId, does).catch((error: unknown) =>
      log.error({ error, workspace: id }, 'nobody could be told of trouble with a connection'),
    );
  const keeper: Keeper = keepConnected(
    {
      name: `${bot.platform}/${name}`,
      open: (ears) => openLine(core, id, (heard) => connect(credentials, botParts, heard), ears),
      heard: (delivery) => receiveFromPlatform(core, workspace, delivery),
      onGap(fromMs, toMs) {
        log.warn({ workspace: id, from: new Date(fromMs), to: new Date(toMs) }, 'nothing could be heard');
        void tell((scene) => alertGap(scene, workspace, { fromMs, toMs }));
      },
      onTaken() {
        void tell((scene) => alertTaken(scene, workspace)).then(() => taken.noticed(id));
      },
      ...(leader && { leads: () => leader.leads() && !taken.elsewhere(id) }),
      clock,
      timers: systemTimers,
      log,
      random,
    },
    { size: isOnly ? 1 : keeperSettings.size },
  );
  return { id, keeper, leader, version: workspace.version };
}

/** A connection that couriers can speak over for as long as it is open. */
async function openLine(
  { lines }: Core,
  workspaceId: string,
  connect: (ears: SocketEars) => Promise<Socket>,
  ears: SocketEars,
): Promise<Socket> {
  let socket: Socket | undefined;
  let closed = false;
  socket = await connect({
    ...ears,
    closed(reason, why) {
      closed = true;
      if (socket) lines.delete(workspaceId, socket);
      ears.closed(reason, why);
    },
  });
  if (!closed) lines.add(workspaceId, socket);
  return socket;
}
