import { type Faults, faultShape } from '../kernel/faults.js';
import { matchPath, type Reply, type Request } from '../kernel/http.js';
import type { ChannelName, PlatformName } from '../kernel/platforms.js';
import type { Ring } from '../kernel/ring.js';
import { boolean, Misshapen, number, optional, type Shape, strictObject, text } from '../kernel/shape.js';
import type { Stream } from '../kernel/stream.js';
import type { Channel } from './channel.js';
import { clickShape, type Platform, sayShape } from './platform.js';
import { NotPossible } from './refusal.js';

export interface ControlParts {
  platforms: Record<PlatformName, Platform>;
  channels: Record<ChannelName, Channel>;
  faults: Faults;
  stream: Stream;
  calls: Ring<unknown & object>;
  deliveries: Ring<unknown & object>;
  drops: Ring<unknown & object>;
  /** Merges a world file into all it names. */
  loadWorld: (world: unknown) => void;
  world: () => Record<string, unknown>;
  clock: { now(): number; moveTo(now: number): void; isFollowed(): boolean };
}

type Body = Record<string, unknown>;
type Handler = (request: Request) => Body | Reply | Promise<Body>;

const id = text({ min: 1, max: 200 });
const platform = optional(text());
const shapes = {
  edit: strictObject({ as: id, message: id, text: text({ min: 1 }), platform }),
  recall: strictObject({ as: id, message: id, platform }),
  react: strictObject({
    as: id,
    message: id,
    emoji: text({ min: 1, max: 50 }),
    remove: optional(boolean),
    platform,
  }),
  read: strictObject({ as: id, chat: id, platform }),
  menu: strictObject({ as: id, app: id, key: text({ min: 1, max: 1_024 }), platform }),
  enter: strictObject({ as: id, app: id, platform }),
  expire: strictObject({ app: id, platform }),
  clock: strictObject({ now: optional(number), advanceMs: optional(number) }),
};

/** The control API: how people and tests act, look on and order trouble. Its documentation is the sandbox's README. */
export function makeControl(parts: ControlParts): (request: Request) => Promise<Reply> | undefined {
  const routes = [...lookRoutes(parts), ...actRoutes(parts), ...troubleRoutes(parts)];
  return (request) => {
    if (!request.path.startsWith('/control/')) return undefined;
    for (const [method, pattern, handler] of routes) {
      const params = method === request.method ? matchPath(pattern, request.path) : undefined;
      if (params) return answer(handler, { ...request, params });
    }
    const what = `${request.method} ${request.path} is not part of the control API; see sandbox/README.md`;
    return Promise.resolve(refusal(404, 'not-found', what));
  };
}

async function answer(handler: Handler, request: Request): Promise<Reply> {
  try {
    const result = await handler(request);
    return isReply(result) ? result : { status: 200, body: result };
  } catch (error) {
    if (error instanceof NotPossible) return refusal(error.status, error.code, error.message);
    if (error instanceof Misshapen) return refusal(400, 'misshapen', error.message);
    throw error;
  }
}

const isReply = (result: Body | Reply): result is Reply =>
  'hold' in result || (typeof result.status === 'number' && 'body' in result);

const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message } },
});

function read<T>(request: Request, shape: Shape<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8') || '{}');
  } catch {
    throw new NotPossible('not-json', 'the body is not valid JSON');
  }
  return shape(value, '');
}

function asked(request: Request, name: string): string {
  const value = request.query.get(name);
  if (!value) throw new NotPossible('misshapen', `the query needs ${name}=`);
  return value;
}

function countOf(request: Request, name: string): number {
  const value = Number(request.query.get(name) ?? 0);
  if (!Number.isFinite(value)) throw new NotPossible('misshapen', `${name} is a number`);
  return value;
}

function platformOf(parts: ControlParts, name = 'feishu'): Platform {
  const [, found] = Object.entries(parts.platforms).find(([each]) => each === name) ?? [];
  if (!found) throw new NotPossible('no-platform', `platform: ${Object.keys(parts.platforms).join(', ')}`);
  return found;
}

function standInOf(parts: ControlParts, name: string | undefined): Channel {
  const [, channel] = Object.entries(parts.channels).find(([each]) => each === name) ?? [];
  return channel ?? platformOf(parts, name);
}

type Resource = NonNullable<ReturnType<Platform['client']['resource']>>;
type Table = [method: string, pattern: string, handler: Handler][];

function lookRoutes(parts: ControlParts): Table {
  const of = (request: Request) => platformOf(parts, request.query.get('platform') ?? undefined);
  return [
    ['GET', '/control/world', () => parts.world()],
    [
      'PUT',
      '/control/world',
      (request) => {
        loadWorld(
          parts,
          read(request, (value) => value),
        );
        return parts.world();
      },
    ],
    ['GET', '/control/chats', (request) => ({ chats: of(request).client.chats(asked(request, 'as')) })],
    [
      'GET',
      '/control/messages',
      (request) => ({
        messages: of(request).client.messages(asked(request, 'as'), {
          chat: asked(request, 'chat'),
          thread: request.query.get('thread') ?? undefined,
          after: countOf(request, 'after'),
        }),
      }),
    ],
    ['GET', '/control/resources/:key', (request) => resource(parts, request)],
    ['GET', '/control/stream', (request) => parts.stream.open(request)],
    ['GET', '/control/calls', (request) => ({ calls: parts.calls.since(countOf(request, 'since')) })],
    [
      'GET',
      '/control/deliveries',
      (request) => ({ deliveries: parts.deliveries.since(countOf(request, 'since')) }),
    ],
    ['GET', '/control/drops', (request) => ({ drops: parts.drops.since(countOf(request, 'since')) })],
    [
      'GET',
      '/control/connections',
      () => {
        const platforms = Object.entries(parts.platforms);
        const all = [...platforms, ...Object.entries(parts.channels)];
        const named = <T extends Channel>(from: [string, T][], list: (of: T) => object[]) =>
          from.flatMap(([platform, of]) => list(of).map((each) => ({ platform, ...each })));
        return {
          connections: named(platforms, (of) => of.connections()),
          urls: named(all, (of) => of.urls()),
        };
      },
    ],
  ];
}

function loadWorld(parts: ControlParts, world: unknown): void {
  try {
    parts.loadWorld(world);
  } catch (error) {
    if (error instanceof Misshapen) throw error;
    throw new NotPossible('bad-world', error instanceof Error ? error.message : 'the world cannot be read');
  }
}

/** Keys are unguessable, so that of the platforms only one can know it. */
function resource({ platforms }: ControlParts, { params: { key = '' } }: Request): Reply {
  const found = Object.values(platforms).reduce<Resource | undefined>(
    (known, { client }) => known ?? client.resource(key),
    undefined,
  );
  if (!found) throw new NotPossible('no-resource', `there is no resource ${key}`, 404);
  const headers = {
    'content-type': found.mime,
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(found.name)}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'max-age=31536000, immutable',
  };
  return { status: 200, headers, body: found.bytes };
}

function actRoutes(parts: ControlParts): Table {
  const clientOf = (given: { platform: string | undefined }) => platformOf(parts, given.platform).client;
  const act = <T extends { platform: string | undefined }>(
    name: string,
    shape: Shape<T>,
    does: (given: T) => Body | undefined | Promise<Body>,
  ): Table[number] => [
    'POST',
    `/control/${name}`,
    async (request) => (await does(read(request, shape))) ?? {},
  ];
  return [
    act('say', sayShape, (given) => clientOf(given).say(given)),
    act('click', clickShape, (given) => clientOf(given).click(given)),
    act('edit', shapes.edit, (given) => clientOf(given).edit(given.as, given.message, given.text) ?? {}),
    act('recall', shapes.recall, (given) => clientOf(given).recall(given.as, given.message) ?? {}),
    act(
      'react',
      shapes.react,
      (given) => clientOf(given).react(given.as, given.message, given.emoji, given.remove ?? false) ?? {},
    ),
    act('read', shapes.read, (given) => clientOf(given).read(given.as, given.chat) ?? {}),
    act('menu', shapes.menu, (given) => clientOf(given).menu(given.as, given.app, given.key) ?? {}),
    act('enter', shapes.enter, (given) => ({ chat: clientOf(given).enter(given.as, given.app) })),
    act('tokens/expire', shapes.expire, (given) => ({
      expired: standInOf(parts, given.platform).expireTokens(given.app),
    })),
  ];
}

function troubleRoutes(parts: ControlParts): Table {
  return [
    ['GET', '/control/faults', () => ({ faults: parts.faults.list() })],
    ['POST', '/control/faults', (request) => ({ id: orderFault(parts, request) })],
    [
      'DELETE',
      '/control/faults',
      () => {
        parts.faults.clear();
        return {};
      },
    ],
    [
      'DELETE',
      '/control/faults/:id',
      (request) => {
        const known = parts.faults.remove(request.params.id ?? '');
        if (!known) throw new NotPossible('no-fault', `there is no fault ${request.params.id}`, 404);
        return {};
      },
    ],
    ['GET', '/control/clock', () => ({ now: parts.clock.now() })],
    [
      'POST',
      '/control/clock',
      (request) => {
        const { now, advanceMs } = read(request, shapes.clock);
        if ((now === undefined) === (advanceMs === undefined)) {
          throw new NotPossible('misshapen', 'exactly one of now and advanceMs is required');
        }
        if (parts.clock.isFollowed()) {
          throw new NotPossible(
            'followed-clock',
            "the world's clockUrl gives the time; move that clock",
            409,
          );
        }
        parts.clock.moveTo(now ?? parts.clock.now() + (advanceMs ?? 0));
        return { now: parts.clock.now() };
      },
    ],
  ];
}

function orderFault(parts: ControlParts, request: Request): string {
  const order = read(request, faultShape);
  try {
    const fault = parts.faults.add(order);
    for (const platform of Object.values(parts.platforms)) platform.dropFaultySockets();
    return fault.id;
  } catch (error) {
    throw new NotPossible(
      'impossible-fault',
      error instanceof Error ? error.message : 'the fault cannot happen',
    );
  }
}
