import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { movableClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { ChannelHost, Connector } from '../core/ports/connector.js';
import type { Outgoing } from '../core/ports/courier.js';
import type { Delivery, Reading } from '../core/ports/delivery.js';
import type { Inbound, InboundMessage } from '../core/ports/inbound.js';
import { storable } from '../core/text/storable.js';

/** What a connector shows of itself so that the contract can be checked. All deliveries are genuine at `now`. */
export interface ConnectorKit<Account> {
  connector: Connector<Account>;
  /** As an administrator would enter them, before the connector's schema. */
  settings: unknown;
  now: number;
  /** These bytes, delivered by whoever may deliver. */
  deliver(body: Buffer): Delivery;
  /** The body in which a customer says something. */
  says(id: string, text: string): unknown;
  /** A body of a kind the connector has never heard of. */
  unheardOf: unknown;
  /** Deliveries that must be refused: altered, stale, signed by somebody else. */
  forged: Record<string, Delivery>;
  /** Our own message coming back, or why that cannot happen here. */
  echo: Delivery | { waived: string };
}

/** The suite every connector has to pass: what core relies on without looking. */
export function connectorContract<Account>(kit: ConnectorKit<Account>): void {
  const { connector, now } = kit;
  const account = connector.account.parse(kit.settings);
  const read = (delivery: Delivery, at = now): Reading => connector.read(delivery, account, at);
  const body = (value: unknown): Delivery => kit.deliver(Buffer.from(JSON.stringify(value)));

  describe(`${connector.channel} keeps the connector contract`, () => {
    test('what a customer says is read, with the words as they were', () => {
      const said = messageIn(read(body(kit.says('m1', '你好 hello 👋🏽'))));
      assert.equal(said.type, 'text');
      assert.equal(said.text, '你好 hello 👋🏽');
      assert.ok(said.id.length > 0 && said.sender.length > 0);
      assert.ok(Math.abs(said.at - now) < 86_400_000, 'the time is epoch milliseconds');
    });

    test('whatever is altered, stale or foreign is refused, and the refusal gives nothing away', () => {
      for (const [name, delivery] of Object.entries(kit.forged)) {
        const reading = read(delivery);
        assert.equal(reading.verified, false, `${name} was believed`);
        assert.ok(reading.response.status >= 400 && reading.response.status < 500, name);
        for (const secret of secretsOf(kit.settings)) {
          assert.ok(!String(reading.response.body).includes(secret), `${name}: the answer holds a secret`);
        }
      }
    });

    test('a duplicate reads exactly like the first time', () => {
      const delivery = body(kit.says('m1', '在吗'));
      const before = Buffer.from(delivery.body);
      const first = read(delivery);
      const second = read(delivery, now + 1000);
      assert.deepEqual(idsOf(second), idsOf(first));
      assert.deepEqual(second.response, first.response);
      assert.deepEqual(delivery.body, before, 'reading leaves the delivery alone');
    });

    test('two different messages have two ids', () => {
      const [one] = idsOf(read(body(kit.says('m1', '在吗'))));
      const [two] = idsOf(read(body(kit.says('m2', '在吗'))));
      assert.notEqual(one, two);
    });

    test('our own echo is nobody’s message', (t) => {
      if ('waived' in kit.echo) return t.skip(kit.echo.waived);
      const reading = read(kit.echo);
      assert.ok(reading.verified);
      assert.deepEqual(reading.events, []);
    });

    test('hostile and odd text is kept, and made storable', () => {
      const odd = fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
        fc.constantFrom(
          '__proto__',
          '<at user_id="all">',
          '$' + '{1+1}',
          '\ud800',
          'a\u0000b',
          '‮gnirts',
          "'; drop table",
          '{{x}}',
        ),
      );
      fc.assert(
        fc.property(odd, (text) => {
          if (storable(text).trim() === '') return;
          assert.equal(messageIn(read(body(kit.says('odd', text)))).text, storable(text));
        }),
      );
    });

    test('nothing that can be delivered makes it throw', () => {
      const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
      const values = fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text));
      const nested = Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
      const polluting = Buffer.from(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      );
      fc.assert(
        fc.property(fc.oneof(bytes, values, fc.constantFrom(nested, polluting)), (bytes) => {
          const reading = read(kit.deliver(bytes));
          assert.ok(reading.response.status < 500);
        }),
      );
      assert.equal(Reflect.get({}, 'polluted'), undefined);
    });

    test('a text as long as the channel allows is read whole; a longer one whole or not at all', () => {
      const { max } = connector.abilities.text;
      const longest = '长'.repeat(max);
      assert.equal(messageIn(read(body(kit.says('long', longest)))).text, longest);
      const longer = read(body(kit.says('longer', `${longest}尾`)));
      if (longer.verified) assert.equal(messageIn(longer).text, `${longest}尾`);
      else assert.ok(longer.reason.length > 0);
    });

    test('a kind it has never heard of is genuine, and no error', () => {
      const reading = read(body(kit.unheardOf));
      assert.ok(reading.verified, 'refusing it would make the channel deliver it for ever');
      assert.ok(reading.response.status < 300);
      for (const event of reading.events) {
        assert.ok(event.kind === 'other' || (event.kind === 'message' && event.type === 'other'), event.kind);
      }
    });

    test('it says how certain each send is and which limits hold for it', () => {
      const courier = connector.courier(
        { tenantId: 't', id: 'a', name: 'A', settings: account },
        idleHost(now),
      );
      for (const out of everyOutgoing) {
        const certainty = courier.certainty(out);
        assert.ok(['keyed', 'repeatable', 'unkeyed'].includes(certainty.kind));
        if (certainty.kind === 'keyed') assert.ok(certainty.lifeMs > 0);
        for (const limit of courier.limits(out)) {
          assert.ok(limit.scope.length > 0 && limit.everyMs > 0 && limit.burst >= 1);
        }
      }
    });

    test('settings that lack everything are refused with a reason', () => {
      const parsed = connector.account.safeParse({});
      assert.equal(parsed.success, false);
    });
  });
}

const person = { kind: 'direct', person: 'somebody' } as const;
const everyOutgoing: Outgoing[] = [
  { kind: 'text', to: person, text: '您好' },
  {
    kind: 'media',
    to: person,
    media: {
      type: 'image',
      mime: 'image/png',
      name: 'a.png',
      url: 'https://desk.example/a',
      bytes: async () => Buffer.alloc(0),
    },
  },
  { kind: 'recall', messageId: 'm' },
];

/** A host for couriers that are only asked questions. */
function idleHost(now: number): ChannelHost {
  const refuse = async () => Promise.reject(new Error('nothing happens here'));
  return {
    clock: movableClock(now),
    ids: { next: () => 'id' },
    log: silent,
    account: async () => undefined,
    receive: refuse,
    transcript: async () => [],
    earlier: async () => [],
    standing: async () => ({ state: 'none', robot: '' }),
    storeMedia: refuse,
    mediaLink: () => '',
    shared: () => ({
      get: async () => undefined,
      lastSeen: async () => undefined,
      set: async () => {},
      claim: async (_, value) => value,
      delete: async () => {},
    }),
    onNews: () => () => {},
    typing() {},
  };
}

function messageIn(reading: Reading): InboundMessage {
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  const [event] = reading.events;
  assert.ok(event?.kind === 'message', 'the first event is a message');
  return event;
}

const idsOf = (reading: Reading): string[] => {
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  return reading.events.map((event: Inbound) => event.id);
};

/** Every longer string among the settings that is not an address: nothing of it belongs in an answer. */
function secretsOf(settings: unknown): string[] {
  const values: unknown[] = Object.values(Object(settings));
  const texts = values.filter((value) => typeof value === 'string');
  return texts.filter((text) => text.length >= 12 && !text.includes('://'));
}
