import { chances } from '../chance.js';
import { jumpingClock } from '../clocks.js';
import { openHouse } from '../house.js';
import type { Arrived } from '../paper.js';
import type { Scope } from '../sandbox.js';

/**
 * Two agents with three customers each talk at random: plainly, by quote, by code, with /to, with notes, through the card
 * that asks whom they mean, while customers write, conversations close, change hands and are claimed, sends are slow and
 * time jumps, and a supervisor takes conversations over and gives them on while they type. They work on two platforms at random, of which one sends bubbles that wait together as one message, and hand
 * conversations to each other from one platform to the other, who accept or decline what they are offered. Whom each word was meant for is known here without asking the product: words with a pointer carry their
 * customer's name; plain ones may go only to the customer the agent turned to last, and only if no other customer's
 * message was shown to them since. The product may ask or refuse as often as it likes; it may not deliver one to anybody else.
 */
const steps = 170;
/** Nobody answers faster than this to what they have just been shown. */
const reactionMs = 60;

const customers = Array.from({ length: 8 }, (_, number) => `客户${number + 1}`);
const agents = ['林小满', '陈亦舟'];
/** Takes conversations from them, gives them to each other, and takes that back. */
const supervisor = '何静姝';

/** Whom a word may reach: nobody else ever. */
interface Meant {
  words: string;
  how: string;
  customers: string[];
}

/** What a walk came to. */
export interface Walked {
  counted: {
    transcripts: number;
    'texts of agents': number;
    'delivered to a customer': number;
    'asked about': number;
    'given on to somebody else': number;
    '… by a supervisor': number;
    'merged into one bubble': number;
    'canned replies': number;
  };
  broken: string[];
}

export async function walkWithThreeCustomers(t: Scope, seed: number): Promise<Walked> {
  const { number, chance, one, weighted } = chances(seed);
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    processes: 2,
    members: [
      ...agents.map((name) => ({ name, role: 'agent' as const, capacity: 4 })),
      { name: supervisor, role: 'supervisor' as const, capacity: 3 },
    ],
    elsewhere: [{ platform: 'dingtalk', abilities: { desk: 'queue', topics: false } }],
  });
  const there = house.on('dingtalk').paper;
  there.mergesUpTo = 400;
  const papers = [house.paper, there];
  /** Until then nothing is sent there. */
  let held: Promise<void> = Promise.resolve();
  const meant = new Map<string, Meant>();
  const turned = new Map<string, { customer: string; at: number }>();
  const shown: { agent: string; customer: string; at: number }[] = [];
  const chosen = new Set<string>();
  let made = 0;
  const token = (how: string, allowed: string[], words: string): string => {
    made += 1;
    const marked = `${words} #${made}`;
    meant.set(`#${made}`, { words: marked, how, customers: allowed });
    return marked;
  };
  for (const paper of papers) {
    paper.before = async (out) => {
      if (paper === there) await held;
      if (chance(0.3)) await new Promise((resolve) => setTimeout(resolve, number(25)));
      if (out.kind !== 'text' || out.to.kind !== 'direct' || !agents.includes(out.to.person)) return;
      for (const customer of [...shownIn(out.text), ...givenIn(out.text)])
        shown.push({ agent: out.to.person, customer, at: clock.now() });
    };
  }

  /** How things stand in the database, once everything is done. */
  const standing = () =>
    house.db.query<{
      id: string;
      code: string | null;
      state: string;
      owner: string | null;
      customer: string;
    }>(
      `select v.id, v.code, v.state, m.name as owner, c.name as customer from conversations v
         join customers c on c.tenant_id = v.tenant_id and c.id = v.customer_id
         left join members m on m.tenant_id = v.tenant_id and m.id = v.owner_id`,
    );
  const ownedBy = async (agent: string) =>
    (await standing()).filter(
      (conversation) => conversation.state === 'active' && conversation.owner === agent,
    );

  /** Whom plain words of this agent may reach now: the customer they turned to, unless another was shown since. */
  async function plainlyMeant(agent: string): Promise<string[]> {
    const focus = turned.get(agent);
    if (!focus) {
      await house.settled();
      const mine = await ownedBy(agent);
      return mine.length === 1 ? mine.map((conversation) => conversation.customer) : [];
    }
    const disturbed = shown.some(
      (one) =>
        one.agent === agent &&
        one.customer !== focus.customer &&
        one.at > focus.at &&
        one.at < clock.now() - reactionMs,
    );
    if (!disturbed) return [focus.customer];
    // Disturbed by customers who are no longer theirs is not disturbed: with one conversation there is no choice. What is
    // still on its way, such as a close, comes before the words in the agent's mailbox, so it has to be through here too.
    await house.settled();
    const mine = await ownedBy(agent);
    return mine.length === 1 && mine[0]?.customer === focus.customer ? [focus.customer] : [];
  }

  const turn = (agent: string, customer: string) => turned.set(agent, { customer, at: clock.now() });

  async function step(): Promise<void> {
    const agent = one(agents) ?? '';
    const member = house.member(agent, one([undefined, 'dingtalk'] as const));
    const all = await standing();
    const coded = one(all.filter((conversation) => conversation.code !== null));
    const kind = weighted({
      write: 30,
      plain: 25,
      quote: 10,
      code: 8,
      to: 4,
      focus: 3,
      note: 6,
      choose: 18,
      drop: 2,
      claim: 14,
      close: 3,
      transfer: 9,
      accept: 9,
      decline: 1,
      seize: 3,
      allot: 4,
      undo: 2,
      whisper: 2,
      storm: 4,
      force: 2,
      conflict: 2,
      astray: 2,
      settle: 25,
      jump: 2,
      picture: 3,
      canned: 20,
    });
    if (kind === 'write') {
      await house.customer(one(customers) ?? '').says(chance(0.15) ? '转人工' : `在吗 ${number(100)}`);
    } else if (kind === 'plain') {
      const allowed = await plainlyMeant(agent);
      await member.types(token('plain words', allowed, '好的'));
      // They go where the agent is turned, or are held; either way the agent is turned there from now on only if they went.
      const focus = turned.get(agent);
      if (focus && allowed.includes(focus.customer)) await sentThen(agent, focus.customer);
    } else if (kind === 'quote') {
      const relay = one(relaysOf(member.received()));
      // In one message of several customers' words nobody can tell whose were meant.
      if (relay?.customers.length === 1 || relay?.isMerged) {
        const allowed = relay.customers.length === 1 ? relay.customers : [];
        await member.types(token('a quote', allowed, `给${allowed.join()}`), { quote: relay.id });
      }
    } else if (kind === 'code' && coded) {
      await member.types(token('a code', [coded.customer], `${coded.code} 给${coded.customer}`));
    } else if (kind === 'to' && coded) {
      await member.types(token('/to', [coded.customer], `/to ${coded.code} 给${coded.customer}`));
    } else if (kind === 'focus' && coded) {
      await house.settled();
      const mine = (await ownedBy(agent)).find((conversation) => conversation.code === coded.code);
      await member.types(`/to ${coded.code}`);
      if (mine) turn(agent, mine.customer);
    } else if (kind === 'note') {
      const words =
        coded && chance(0.5)
          ? `// ${coded.code} 内部`
          : one(['// 内部', '／／内部', '/note 内部', '/备注 内部']);
      await member.types(token('a note', [], words ?? ''));
    } else if (kind === 'picture') {
      await pictures(agent);
    } else if (kind === 'canned') {
      await canned(agent, coded);
    } else if (kind === 'conflict' && coded) {
      const relay = one(relaysOf(member.received()).filter(({ customers }) => customers.length === 1));
      const customer = relay?.customers[0];
      if (relay && customer && customer !== coded.customer) {
        // Nobody can say which; the quoted one only if the code is no conversation of theirs. What was merged with a notice
        // or a note points at nothing, so that the code alone does.
        const allowed = relay.isMerged ? [customer, coded.customer] : [customer];
        await member.types(token('a quote and a code', allowed, `${coded.code} 您好`), {
          quote: relay.id,
        });
      }
    } else if (kind === 'astray') {
      const tells = await house.db.query<{ id: string }>(
        `select id from outbox where kind = 'tell' and state = 'sent'`,
      );
      const keys = new Set(tells.map((tell) => tell.id));
      const told = one(member.received().filter(({ key }) => keys.has(key)));
      if (told) await member.types(token('a quote of a notice', [], '好'), { quote: told.id });
    } else if (kind === 'choose' || kind === 'drop') {
      await answerDraft(agent, kind);
    } else if (kind === 'claim') {
      const waiting = one(all.filter((conversation) => conversation.state === 'waiting'));
      if (waiting) {
        turn(agent, waiting.customer);
        await member.clicks('conversation.claim', { conversation: waiting.id });
      }
    } else if (kind === 'close') {
      await member.types(coded && chance(0.7) ? `/close ${coded.code}` : '/close');
    } else if (kind === 'transfer') {
      await house.settled();
      const mine = one(await ownedBy(agent));
      const heir = agents.find((name) => name !== agent);
      const word = chance(0.5) ? token('a word to a colleague', [], '老客户') : '';
      if (mine) await member.types(`/transfer ${mine.code} ${heir} ${word}`);
      if (chance(0.5) && heir) await answersOffer(heir, 'accept');
    } else if (kind === 'accept' || kind === 'decline') {
      await answersOffer(agent, kind);
    } else if (kind === 'seize' || kind === 'allot' || kind === 'undo' || kind === 'whisper') {
      await lead(kind);
    } else if (kind === 'storm') {
      await storm(agent);
    } else if (kind === 'force') {
      await house.settled();
      const taken = one(all.filter((conversation) => conversation.state === 'active'));
      const heir = house.memberId(one(agents) ?? '');
      if (taken) {
        await house.db.query(
          `update conversations set owner_id = $2, version = version + 1, epoch = epoch + 1 where id = $1 and state = 'active'`,
          [taken.id, heir],
        );
      }
    } else if (kind === 'settle') {
      await house.settled();
    } else if (kind === 'jump') {
      await house.settled();
      clock.jump(number(20) * 60_000);
    }
  }

  /** A colleague says yes or no to what they are asked to take. */
  async function answersOffer(agent: string, answer: 'accept' | 'decline') {
    await house.settled();
    const offered = one(
      await house.db.query<{ id: string; customer: string }>(
        `select v.id, c.name as customer from conversations v
           join customers c on c.tenant_id = v.tenant_id and c.id = v.customer_id
          where v.offered_to = $1 and v.state = 'active'`,
        [house.memberId(agent)],
      ),
    );
    if (!offered) return;
    if (answer === 'accept') turn(agent, offered.customer);
    const there = house.member(agent, one([undefined, 'dingtalk'] as const));
    await there.clicks(`conversation.${answer}`, { conversation: offered.id });
  }

  /** The supervisor acts over the agents' heads, often while they type: what they say meanwhile may reach whom they meant or nobody. */
  async function lead(kind: 'seize' | 'allot' | 'undo' | 'whisper') {
    const all = await standing();
    const taken = one(all.filter(({ state, owner }) => state === 'active' && owner !== supervisor));
    const conversation = taken?.id;
    const he = house.member(supervisor);
    if (kind === 'undo') {
      const last = one(all.filter(({ state }) => state === 'active'));
      await he.clicks('conversation.giveBack', { conversation: last?.id });
    } else if (!taken) {
      return;
    } else if (kind === 'whisper') {
      await he.types(`/私语 ${taken.code} ${token('a whisper', [], '先别承诺')}`);
    } else if (kind === 'allot') {
      const to = one(agents.filter((name) => name !== taken.owner));
      const agent = taken.owner ?? '';
      const racing = chance(0.5) && taken.code !== null && agents.includes(agent);
      const typed = racing
        ? house
            .member(agent)
            .types(token('words that race a reassignment', [taken.customer], `${taken.code} 稍等`))
        : undefined;
      await he.clicks('conversation.reassign', { conversation, to: `member:${house.memberId(to ?? '')}` });
      await typed;
    } else {
      await he.clicks('conversation.takeOver', { conversation });
      await he.types(token('a supervisor’s plain words', [taken.customer], '我来为您处理'));
      await house.settled();
      // She holds few, and hands them on, or she would be the only one who has anything.
      const to = house.memberId(one(agents) ?? '');
      await he.clicks('conversation.reassign', { conversation, to: `member:${to}` });
    }
  }

  /** An agent's customers write faster than they can be shown where bubbles are merged. */
  async function storm(agent: string) {
    await house.member(agent, 'dingtalk').types('/mine');
    await house.settled();
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    for (const { customer } of await ownedBy(agent))
      for (let count = 0; count < 3; count++) await house.customer(customer).says(`急 ${count}`);
    while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    release();
  }

  /** A text kept ready: by its name alone, with a code or a quote, or by a button that names the conversation. */
  async function canned(
    agent: string,
    coded: { id: string; code: string | null; customer: string } | undefined,
  ) {
    const member = house.member(agent, one([undefined, 'dingtalk'] as const));
    const how = one(['name', 'name', 'code', 'quote', 'button'] as const);
    const relay = one(relaysOf(member.received()).filter(({ customers }) => customers.length === 1));
    const allowed =
      how === 'code' || how === 'button'
        ? coded && [coded.customer]
        : how === 'quote'
          ? relay?.customers
          : await plainlyMeant(agent);
    if (!allowed) return;
    const words = token(`a canned reply by ${how}`, allowed, '您好{客户}');
    const name = `常用${made}`;
    await member.types(`/r 新增 ${name} ${words}`);
    if (how === 'name') return void (await member.types(`/r ${name}`));
    if (how === 'code') return void (await member.types(`/r ${coded?.code} ${name}`));
    if (how === 'quote') return void (await member.types(`/r ${name}`, { quote: relay?.id }));
    await house.settled();
    const [kept] = await house.db.query<{ id: string }>('select id from canned_replies where name = $1', [
      name,
    ]);
    await member.clicks('canned.send', { conversation: coded?.id, reply: kept?.id });
  }

  /** A rich text: words and a picture, the second of which has neither the quote nor the slashes of the first. */
  async function pictures(agent: string) {
    const id = `post-${made}`;
    const common = {
      kind: 'message' as const,
      sender: agent,
      at: clock.now(),
      chat: { id: 'p2p', kind: 'direct' as const, addressed: true },
    };
    const text = token('a note with a picture', [], '// 内部截图');
    await house.fromStaff([
      { ...common, id, type: 'text', text },
      { ...common, id: `${id}#2`, type: 'image', media: { handle: 'img' } },
    ]);
  }

  /** Words went to whom the agent was turned to, so that is where they are turned from then on. */
  async function sentThen(agent: string, customer: string) {
    const at = clock.now();
    await house.settled();
    const words = [...meant.keys()].at(-1) ?? '';
    if (house.paper.toCustomers.some(({ out }) => out.kind === 'text' && out.text.endsWith(words))) {
      turned.set(agent, { customer, at });
    }
  }

  /** Chooses for whom held words are, or drops them; sometimes twice. */
  async function answerDraft(agent: string, kind: 'choose' | 'drop') {
    const on = one([undefined, 'dingtalk'] as const);
    const member = house.member(agent, on);
    const card = one(
      member.received().filter(({ out }) => out.kind === 'card' && out.card.template === 'choose'),
    );
    if (card?.out.kind !== 'card' || card.out.card.template !== 'choose') return;
    const { draft, preview, choices } = card.out.card.data;
    const choice = one(choices);
    await house.settled();
    if (kind === 'drop' || !choice) {
      chosen.add(draft);
      await member.clicks('draft.drop', { draft }, card.id);
      return;
    }
    const isMine = (await ownedBy(agent)).some((conversation) => conversation.id === choice.conversation);
    if (!chosen.has(draft) && isMine) {
      chosen.add(draft);
      const word = meant.get(/#\d+$/.exec(preview)?.[0] ?? '');
      if (word) Object.assign(word, { customers: [choice.customer], how: `${word.how}, then chosen` });
      turn(agent, choice.customer);
    }
    await member.clicks('draft.send', { draft, conversation: choice.conversation }, card.id);
  }

  for (const customer of customers.slice(0, 6)) await house.customer(customer).says('转人工');
  await house.settled();
  for (const [index, conversation] of (await standing()).entries()) {
    const agent = agents[index % 2] ?? '';
    turn(agent, conversation.customer);
    await house.member(agent).clicks('conversation.claim', { conversation: conversation.id });
  }
  await house.settled();
  for (let count = 0; count < steps; count++) await step();
  await house.settled();

  const broken = (await house.putAside()).map((row) => `put aside: ${JSON.stringify(row)}`);
  let delivered = 0;
  let cannedCount = 0;
  for (const { out } of house.paper.toCustomers) {
    if (!('to' in out) || out.to.kind !== 'direct') continue;
    if (out.kind === 'media') broken.push(`a picture of a note reached ${out.to.person}`);
    const word = out.kind === 'text' ? meant.get(/#\d+$/.exec(out.text)?.[0] ?? '') : undefined;
    if (!word) continue;
    delivered += 1;
    const called = out.kind === 'text' ? /您好(客户\d)/.exec(out.text)?.[1] : undefined;
    if (called) cannedCount += 1;
    if (called && called !== out.to.person)
      broken.push(`a canned reply to ${out.to.person} calls them ${called}`);
    const allowed = word.customers.join(' or ') || 'nobody';
    if (!word.customers.includes(out.to.person))
      broken.push(`「${word.words}」 (${word.how}) was meant for ${allowed} and reached ${out.to.person}`);
  }
  const [{ given, led } = { given: 0, led: 0 }] = await house.db.query<{ given: number; led: number }>(
    `select count(*)::int as given, count(*) filter (where kind <> 'conversation.transferred')::int as led from events
      where kind in ('conversation.transferred', 'conversation.takenOver', 'conversation.reassigned')`,
  );
  const [{ transcripts } = { transcripts: 0 }] = await house.db.query<{ transcripts: number }>(
    `select count(distinct conversation_id)::int as transcripts from messages where author_kind = 'agent'`,
  );
  const toStaff = papers.flatMap((paper) => paper.toStaff);
  return {
    counted: {
      transcripts,
      'texts of agents': meant.size,
      'delivered to a customer': delivered,
      'asked about': toStaff.filter(({ out }) => out.kind === 'card' && out.card.template === 'choose')
        .length,
      'given on to somebody else': given,
      '… by a supervisor': led,
      'merged into one bubble': relaysOf(there.toStaff).filter(({ isMerged }) => isMerged).length,
      'canned replies': cannedCount,
    },
    broken,
  };
}

/** The customers whose words a message to an agent holds, each once. */
const shownIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/^\S+ (客户\d)：/gm)].map(([, customer = '']) => customer)),
];

/** The customers whom a message to an agent says are theirs now. */
const givenIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/（(客户\d)）转给了你/g)].map(([, customer = '']) => customer)),
];

/** What agents were shown of customers' words. */
function relaysOf(arrived: readonly Arrived[]): { id: string; customers: string[]; isMerged: boolean }[] {
  return arrived.flatMap(({ id, out }) => {
    const customers = out.kind === 'text' ? shownIn(out.text) : [];
    const isMerged = out.kind === 'text' && out.text.includes('\n');
    return customers.length > 0 ? [{ id, customers, isMerged }] : [];
  });
}
