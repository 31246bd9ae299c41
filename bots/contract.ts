import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CardView } from '../core/cards/card.js';
import { type Clock, movableClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { Bot, BotParts, SharedValues } from '../core/ports/bot.js';
import { type Outgoing, SendError } from '../core/ports/courier.js';
import type { Delivery, Reading, Response } from '../core/ports/delivery.js';
import type { Inbound, InboundMessage } from '../core/ports/inbound.js';
import { storable } from '../core/text/storable.js';

/** What a platform sent once, and what it has to be taken for. */
export interface Recording {
  about: string;
  payload: unknown;
  expected: Inbound[];
}

/** How a platform answers a send, and what that must mean. Words in the answer are the platform's own. */
export interface Refusal {
  about: string;
  answer: { status: number; headers?: Record<string, string>; body: string };
  out: Outgoing | ((baseUrl: string) => Outgoing);
  expected: { fate: SendError['fate']; fallback?: boolean; retryAfterMs?: number };
}

/** What a bot shows of itself so that the contract can be checked. All deliveries are genuine at `now`. */
export interface BotKit<Credentials> {
  bot: Bot<Credentials>;
  /** As an administrator would enter them. */
  settings: unknown;
  now: number;
  /** These bytes, delivered by whoever may deliver, in every way there is: over HTTP, and over a socket. */
  deliver: Record<string, (body: Buffer) => Delivery>;
  recordings: Recording[];
  /** The payload in which somebody says something, clicks one of our buttons, or does what nobody has heard of. */
  says(id: string, text: string): unknown;
  click: unknown;
  unheardOf: unknown;
  /** How a payload is written, where that is not JSON. */
  write?(payload: unknown): Buffer;
  /** Bodies made to harm whoever reads them. */
  hostile?: Buffer[];
  /** Deliveries that must be refused: altered, stale, signed by somebody else. */
  forged: Record<string, Delivery>;
  /** The answer to a click, as its sender understands it. */
  understood(response: Response): unknown;
  /** Plays the platform for the courier: asks for tokens are its own business, every other request is `answer`ed. */
  platform(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Parameters<typeof createServer>[1];
  refusals: Refusal[];
  card: CardView;
  /** A text that is sent to the platform at this address; where nothing is given, one to a person. */
  textAt?(baseUrl: string): Outgoing;
}

/** The suite every bot has to pass: what core relies on without looking. */
export function botContract<Credentials>(kit: BotKit<Credentials>): void {
  const { bot, now } = kit;
  const credentials = bot.credentials.parse(kit.settings);
  const read = (delivery: Delivery, at = now): Reading => bot.read(delivery, credentials, at);
  const bytes = kit.write ?? ((payload: unknown) => Buffer.from(JSON.stringify(payload), 'utf8'));

  for (const [way, deliver] of Object.entries(kit.deliver)) {
    describe(`${bot.platform} keeps the bot contract over ${way}`, () => {
      for (const { about, payload, expected } of kit.recordings) {
        test(`recorded: ${about}`, () => {
          assert.deepEqual(eventsIn(read(deliver(bytes(payload)))).map(withoutReply), expected);
        });
      }

      test('a duplicate reads, and is answered, exactly like the first time', () => {
        const delivery = deliver(bytes(kit.says('m1', '在吗')));
        const before = Buffer.from(delivery.body);
        assert.deepEqual(read(delivery, now + 1000), read(delivery));
        assert.deepEqual(delivery.body, before, 'reading leaves the delivery alone');
      });

      test('hostile and odd text is kept, and made storable', () => {
        const told = [
          '__proto__',
          '<at user_id="all">',
          '$' + '{1+1}',
          '\ud800',
          'a\u0000b',
          '‮gnirts',
          '{{x}}',
        ];
        const odd = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom(...told));
        fc.assert(
          fc.property(odd, (text) => {
            const said = messageIn(read(deliver(bytes(kit.says('odd', text)))));
            assert.equal(said.text, storable(text).trim());
          }),
        );
      });

      test('nothing that can be delivered makes it throw', () => {
        const nested = Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
        const polluting = Buffer.from(
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
        );
        const any = fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
          fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
          fc.constantFrom(nested, polluting, Buffer.alloc(0), Buffer.from('1e999'), ...(kit.hostile ?? [])),
        );
        fc.assert(
          fc.property(any, (body) => {
            const reading = read(deliver(body));
            assert.ok(reading.response.status < 500);
          }),
        );
        assert.equal(Reflect.get({}, 'polluted'), undefined);
      });

      test('a kind it has never heard of is genuine, and no error', () => {
        const reading = read(deliver(bytes(kit.unheardOf)));
        assert.equal(reading.response.status, 200);
        for (const event of eventsIn(reading)) assert.equal(event.kind, 'other');
      });

      test('a click is answered with words, with a card, or with nothing', () => {
        const delivery = deliver(bytes(kit.click));
        const [click] = eventsIn(read(delivery));
        assert.equal(click?.kind, 'click');
        const toast = { type: 'success', text: '已认领' } as const;
        const answers = [{ toast, card: kit.card }, { toast }, {}].map((answer) =>
          JSON.stringify(kit.understood(bot.answerClick(answer, delivery, credentials))),
        );
        const [onCard = '', inPassing = '', silent = ''] = answers;
        assert.ok(onCard.includes('已认领') && !silent.includes('已认领'));
        if (bot.abilities.toasts) assert.ok(inPassing.includes('已认领'));
        else assert.equal(inPassing, silent, 'only a card can say it');
        assert.ok(onCard.length > inPassing.length, 'the card is in the answer');
        assert.deepEqual(
          bot.answerClick({ toast }, delivery, credentials),
          bot.answerClick({ toast }, delivery, credentials),
        );
      });
    });
  }

  describe(`${bot.platform} keeps the bot contract`, () => {
    test('whatever is altered, stale or foreign is refused, and the refusal gives nothing away', () => {
      for (const [name, delivery] of Object.entries(kit.forged)) {
        const reading = read(delivery);
        assert.equal(reading.verified, false, `${name} was believed`);
        assert.ok(reading.response.status >= 400 && reading.response.status < 500, name);
        for (const secret of secretsOf(kit.settings)) {
          assert.ok(!`${reading.response.body}${reading.verified || reading.reason}`.includes(secret), name);
        }
      }
    });

    test('credentials that lack everything are refused', () => {
      assert.equal(bot.credentials.safeParse({}).success, false);
    });

    test('every send says how certain it is, and which limits hold for it', () => {
      const courier = bot.courier(credentials, partsAt('http://127.0.0.1:9', now));
      for (const out of everyOutgoing(kit.card)) {
        const certainty = courier.certainty(out);
        if (out.kind === 'redraw') assert.equal(certainty.kind, 'repeatable');
        if (certainty.kind === 'keyed') assert.ok(certainty.lifeMs > 0);
        const limits = courier.limits(out);
        assert.ok(limits.length > 0, `${out.kind} has no limit`);
        assert.equal(
          new Set(limits.map(({ scope }) => scope)).size,
          limits.length,
          'a scope is counted once',
        );
        for (const { scope, everyMs, burst } of limits) assert.ok(scope !== '' && everyMs > 0 && burst >= 1);
      }
    });

    test('a platform that is not there has had no effect', async () => {
      // Nobody listens there, and it is none of the ports that fetch refuses to ask.
      const nowhere = 'http://127.0.0.1:2';
      const courier = bot.courier(credentials, partsAt(nowhere, now));
      await assert.rejects(
        courier.send(kit.textAt?.(nowhere) ?? text, 'key'),
        (error) => error instanceof SendError && error.fate === 'later',
      );
    });

    for (const { about, answer, out, expected } of kit.refusals) {
      test(`refused: ${about}`, async () => {
        const error = await sending(kit, credentials, answer, out);
        assert.equal(error.fate, expected.fate);
        assert.equal(error.fallback, expected.fallback ?? false);
        if (expected.retryAfterMs !== undefined) assert.equal(error.retryAfterMs, expected.retryAfterMs);
        for (const secret of secretsOf(kit.settings)) assert.ok(!error.message.includes(secret));
      });
    }
  });
}

/** The error a send meets on a platform that answers so. */
async function sending<Credentials>(
  kit: BotKit<Credentials>,
  credentials: Credentials,
  answer: Refusal['answer'],
  out: Refusal['out'],
): Promise<SendError> {
  const server = createServer(
    kit.platform((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  try {
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const courier = kit.bot.courier(credentials, partsAt(baseUrl, kit.now));
    const sent = courier.send(typeof out === 'function' ? out(baseUrl) : out, 'key-1');
    const error = await sent.catch((thrown: unknown) => thrown);
    assert.ok(error instanceof SendError, `${error}`);
    return error;
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Shared values that are kept in this process, and end as they should. */
export function valuesInMemory(clock: Clock): SharedValues {
  const values = new Map<string, { value: string; expiresAt: number }>();
  const get = async (key: string) => {
    const known = values.get(key);
    return known && known.expiresAt > clock.now() ? known.value : undefined;
  };
  return {
    get,
    lastSeen: get,
    set: async (key, value, expiresAt) => {
      values.set(key, { value, expiresAt });
    },
    claim: async (key, value, expiresAt) => {
      const known = values.get(key);
      if (known && known.expiresAt > clock.now()) return known.value;
      values.set(key, { value, expiresAt });
      return value;
    },
    delete: async (key) => {
      values.delete(key);
    },
  };
}

const partsAt = (baseUrl: string, now: number): BotParts => {
  const clock = movableClock(now);
  return { clock, log: silent, shared: valuesInMemory(clock), baseUrl, line: () => undefined };
};

const person = { kind: 'direct', person: 'somebody' } as const;
const text: Outgoing = { kind: 'text', to: person, text: '您好' };
const everyOutgoing = (card: CardView): Outgoing[] => [
  text,
  { ...text, to: { kind: 'chat', chat: 'c' }, quote: 'm' },
  { ...text, to: { kind: 'topic', root: 'm', chat: 'c' } },
  {
    kind: 'media',
    to: person,
    media: {
      type: 'image',
      mime: 'image/png',
      name: 'a.png',
      url: 'https://desk.example/a',
      bytes: async () => Buffer.alloc(1),
    },
  },
  { kind: 'card', to: person, card },
  { kind: 'redraw', messageId: 'm', card },
  { kind: 'recall', messageId: 'm' },
];

function eventsIn(reading: Reading): Inbound[] {
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  return reading.events;
}

/** Where the answer to a message goes is the courier's own business, and may depend on the way that the message came. */
function withoutReply(event: Inbound): Inbound {
  if (event.kind !== 'message') return event;
  const { reply: _, ...rest } = event;
  return rest;
}

function messageIn(reading: Reading): InboundMessage {
  const [event] = eventsIn(reading);
  assert.ok(event?.kind === 'message', 'the first event is a message');
  return event;
}

/** Every string among the settings that is long enough to be recognised. */
const secretsOf = (settings: unknown): string[] =>
  Object.values(Object(settings)).filter(
    (value): value is string => typeof value === 'string' && value.length > 7,
  );
