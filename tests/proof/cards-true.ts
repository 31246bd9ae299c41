/**
 * Proof 3. A conversation is led from the first word to the rating on each surface, and each call that a bot makes on the way
 * fails once, in every way that the platforms' documents list. A minute later the newest card of every reader is looked at as
 * their client shows it, and compared with the database; and every button of older cards is pressed.
 */
import { chances } from '../chance.js';
import type { AppPlan } from '../enterprise-plan.js';
import type { Call as Logged } from '../enterprise-seat.js';
import { openStage, type Stage } from '../stage.js';
import type { Eyes, Seen } from './cards-eyes.js';
import { cardsOf, lieIn, newestOf, type Truth, tellsOf } from './cards-judge.js';
import { Lane, type Step, steps } from './cards-lane.js';
import { type Doing, type Platform, type Way, waysOf } from './cards-ways.js';
import type { Findings, Proof, ProofSetting } from './proof.js';

interface Surface {
  name: string;
  platform: Platform;
  app: Omit<AppPlan, 'platform'>;
  /** How many enterprises work there, so that all surfaces come to their end at about the same time. */
  lanes: number;
}

/** Where work is shown, each another way through the bots. */
const surfaces: readonly Surface[] = [
  { name: 'Feishu topic', platform: 'feishu', app: { transport: 'http', desk: 'topic' }, lanes: 5 },
  { name: 'Feishu one to one', platform: 'feishu', app: { transport: 'socket' }, lanes: 6 },
  { name: 'DingTalk group', platform: 'dingtalk', app: { transport: 'socket', desk: 'group' }, lanes: 3 },
  { name: 'DingTalk one to one', platform: 'dingtalk', app: { transport: 'socket' }, lanes: 3 },
  { name: 'WeCom one to one', platform: 'wecom', app: { transport: 'http' }, lanes: 3 },
];

/** A call that a bot makes: in which step, where to, and as the so manieth of its kind there, from 0. */
interface Call {
  surface: Surface;
  step: Step;
  method: string;
  path: string;
  at: number;
  doing: Doing;
}

interface Pair {
  call: Call;
  way: Way;
}

const named = ({ call, way }: Pair): string =>
  `${call.surface.name}, ${call.step}: ${call.method} ${call.path} (${call.at + 1}), ${way.name}`;

/** Old cards of every kind, by what their buttons say. */
const buttons = ['认领', '认领下一位', '接手', '婉拒', '转交', '结束会话', '挂起'];

/** The minute that a platform and we are given to make it good, in the steps in which retries come due. */
const minute = [2_000, 13_000, 45_000];

class CardsTrue {
  readonly counted: Record<string, number> = {};
  readonly broken: string[] = [];
  private readonly lanes = new Map<Surface, Lane[]>();

  /** @param order  on which surface each enterprise works */
  constructor(
    private readonly setting: ProofSetting,
    private readonly stage: Stage,
    order: readonly Surface[],
  ) {
    for (const [at, surface] of order.entries()) {
      const enterprise = stage.enterprises[at];
      if (enterprise)
        this.lanes.set(surface, [...(this.lanes.get(surface) ?? []), new Lane(stage, enterprise)]);
    }
  }

  count(what: string, by = 1): void {
    this.counted[what] = (this.counted[what] ?? 0) + by;
  }

  private breaks(what: string): void {
    this.broken.push(what);
    this.setting.say(what);
  }

  /** Leads a conversation on every surface without any trouble, and writes down the calls. */
  async calls(): Promise<Call[]> {
    const found: Call[] = [];
    const firsts = [...this.lanes].flatMap(([surface, [lane]]) => (lane ? [{ surface, lane }] : []));
    let seen = (await this.stage.calls()).at(-1)?.n ?? 0;
    for (const step of steps) {
      for (const { lane } of firsts) await this.expire(lane);
      await Promise.all(firsts.map(({ lane }) => lane.does(step)));
      await this.stage.settled();
      const calls = await this.stage.calls(seen);
      seen = calls.at(-1)?.n ?? seen;
      for (const { surface, lane } of firsts) {
        const times = new Map<string, number>();
        for (const call of calls.filter((one) => one.app === lane.app.id)) {
          const { method } = call;
          const path = globOf(call.path);
          const at = times.get(`${method} ${path}`) ?? 0;
          times.set(`${method} ${path}`, at + 1);
          found.push({ surface, step, method, path, at, doing: doingOf(call) });
        }
        if (step === 'claim' || step === 'accept')
          found.push({ surface, step, method: 'callback', path: '', at: 0, doing: 'callback' });
      }
    }
    for (const { surface, lane } of firsts) await this.look(lane, surface.name);
    return found;
  }

  private expire({ app }: Lane): Promise<object> {
    return this.stage.sandbox.control('POST', 'tokens/expire', { platform: app.platform, app: app.id });
  }

  /** A conversation in each lane, in each of whose steps at most one thing fails. */
  async round(plans: ReadonlyMap<Lane, ReadonlyMap<Step, Pair>>): Promise<void> {
    const lanes = [...plans.keys()];
    for (const step of steps) {
      const given = lanes.flatMap((lane) => {
        const pair = plans.get(lane)?.get(step);
        return pair ? [{ ...pair, lane }] : [];
      });
      const armed = await Promise.all(given.map((one) => this.arm(one)));
      const stuck = await Promise.all(
        lanes.map((lane) => lane.does(step).then(nothing, (error: Error) => ({ lane, error }))),
      );
      for (const { lane, error } of stuck.flatMap((one) => one ?? []))
        this.breaks(`${whatOf(plans.get(lane), step)}: ${error.message}`);
      await this.stage.atRest();
      if (given.length === 0) continue;
      await this.passMinute();
      await this.disarm(armed);
      await Promise.all(
        given
          .filter(({ way }) => !way.later)
          .map(({ lane }) => this.look(lane, whatOf(plans.get(lane), step))),
      );
    }
  }

  private async disarm(armed: readonly (string | undefined)[]): Promise<void> {
    const { sandbox } = this.stage;
    const { faults } = await sandbox.control<{ faults: { id: string }[] }>('GET', 'faults');
    for (const id of armed) {
      if (id === undefined || faults.every((one) => one.id !== id)) this.count('failures that happened');
      else await sandbox.control('DELETE', `faults/${id}`);
    }
  }

  private async arm({ lane, call, way }: Pair & { lane: Lane }): Promise<string | undefined> {
    const { platform, id: app } = lane.app;
    if (way.expires || call.doing === 'token') await this.expire(lane);
    if (!way.fault) return undefined;
    const on =
      call.doing === 'callback'
        ? { platform, app, delivery: 'callback' }
        : { platform, app, method: call.method, path: call.path };
    const { id } = await this.stage.sandbox.control<{ id: string }>('POST', 'faults', {
      ...{ on, times: 1, skip: call.at },
      ...way.fault,
    });
    return id;
  }

  private async passMinute(): Promise<void> {
    for (const ms of minute) {
      await this.stage.atRest();
      await this.stage.advance(ms);
    }
    await this.stage.atRest();
  }

  /** What everybody reads in a lane, compared with what is so. */
  private async look(lane: Lane, what: string): Promise<void> {
    const truth = await lane.truth();
    const seen = await lane.sees();
    for (const card of newestOf(seen, truth.code)) {
      this.count('newest cards compared');
      const lie = lieIn(card.words, truth);
      if (lie) this.breaks(`${what}: the newest card of ${card.person} in ${card.where} ${lie}`);
    }
    for (const eyes of [lane.giver, lane.taker]) await this.pressAll(lane, eyes, truth, what);
  }

  /** Presses what can't be right any more, on every card that somebody sees. */
  private async pressAll(lane: Lane, eyes: Eyes, truth: Truth, what: string): Promise<void> {
    for (const card of cardsOf(await eyes.reads(), truth.code)) {
      for (const button of buttons.filter(
        (one) => isOver(one, eyes, truth) && card.words.split('\n').includes(one),
      )) {
        const before = await eyes.reads();
        const answer = await eyes.presses(card.message, button);
        if (!answer) continue;
        this.count('buttons of older cards pressed');
        await this.stage.atRest();
        const said = await this.saidTo(eyes, before, card, answer.toast?.content);
        const now = await lane.truth();
        const where = `${what}: ${eyes.person} pressed ${button} on ${card.message}`;
        if (now.done !== truth.done || now.epoch !== truth.epoch || now.state !== truth.state)
          this.breaks(`${where}, and something was done`);
        else if (!tellsOf(said, truth) || lieIn(said, truth))
          this.breaks(`${where}, and was told 「${said.slice(0, 120)}」 ${answer.error ?? ''}`);
      }
    }
  }

  /** The word in passing, the card as it then stands, and what the app said to them since. */
  private async saidTo(
    eyes: Eyes,
    before: readonly Seen[],
    pressed: Seen,
    toast: string | undefined,
  ): Promise<string> {
    const after = await eyes.reads();
    const isNew = ({ message }: Seen) =>
      message === pressed.message || before.every((one) => one.message !== message);
    return [toast ?? '', ...after.filter(isNew).map(({ words }) => words)].join('\n');
  }

  /** Puts as many pairs into each conversation as it has steps. */
  async tryAll(pairs: readonly Pair[]): Promise<void> {
    let left = [...pairs];
    while (left.length > 0) {
      const plans = new Map<Lane, Map<Step, Pair>>();
      left = left.filter((pair) => {
        const { surface, step } = pair.call;
        const lane = this.lanes.get(surface)?.find((one) => !plans.get(one)?.has(step));
        if (lane) plans.set(lane, (plans.get(lane) ?? new Map<Step, Pair>()).set(step, pair));
        return !lane;
      });
      await this.round(plans);
      this.setting.say(
        `${pairs.length - left.length} of ${pairs.length} pairs of a call and a way to fail, ${this.broken.length} broken`,
      );
    }
    this.count('pairs of a call and a way to fail', pairs.length);
  }
}

const nothing = (): undefined => undefined;

/** What failed in a conversation up to a step, the latest first. */
const whatOf = (plan: ReadonlyMap<Step, Pair> | undefined, step: Step): string =>
  steps
    .slice(0, steps.indexOf(step) + 1)
    .reverse()
    .flatMap((one) => plan?.get(one) ?? [])
    .map(named)
    .join(' ← ');

/** A button that is not right for this reader any more. */
function isOver(button: string, eyes: Eyes, { state, owner, offered }: Truth): boolean {
  if (button === '认领' || button === '认领下一位') return state !== 'waiting';
  if (button === '接手' || button === '婉拒') return offered !== eyes.name;
  return state !== 'active' || owner !== eyes.name;
}

/** Ids in an address are nobody's in particular. */
const globOf = (path: string): string => path.replace(/\?.*$/, '').replace(/\/om_[0-9a-z]+/g, '/*');

function doingOf({ method, path, body }: Logged): Doing {
  if (/tenant_access_token|accessToken|gettoken/.test(path)) return 'token';
  if (method === 'PATCH' || method === 'PUT' || path.includes('update_template_card')) return 'redraw';
  const isCard = path.includes('/card/') || /"(interactive|template_card)"/.test(JSON.stringify(body ?? ''));
  return isCard ? 'card' : 'text';
}

export const cardsTrue: Proof = {
  number: 3,
  name: 'Cards tell the truth',
  claim:
    'whichever call to a platform fails, in whichever way its documents list, a minute later the newest card of every reader says what is so, and older ones do nothing twice and answer truthfully',
  // Who carries jobs makes no difference to what a card says.
  backends: ['postgres'],
  async run(setting: ProofSetting): Promise<Findings> {
    const isFull = setting.size === 'full';
    const order = surfaces.flatMap((surface) =>
      Array.from({ length: isFull ? surface.lanes : 1 }, () => surface),
    );
    const plans = order.map(({ platform, app }) => ({ agents: 2, apps: [{ platform, ...app }] }));
    const stage = await openStage(setting.scope, { plans });
    const proof = new CardsTrue(setting, stage, order);
    const calls = await proof.calls();
    proof.count('calls of a conversation', calls.length);
    const pairs = calls.flatMap((call) =>
      waysOf(call.surface.platform, call.doing).map((way): Pair => ({ call, way })),
    );
    // The same seed makes the same of them, in whichever order the calls came.
    const all = pairs.sort((one, other) => (named(one) < named(other) ? -1 : 1));
    await proof.tryAll(isFull ? shuffled(all, setting.seed) : someOf(all, setting.seed));
    return { counted: proof.counted, broken: proof.broken };
  },
};

function shuffled(all: readonly Pair[], seed: number): Pair[] {
  const { number } = chances(seed);
  const left = [...all];
  return all.flatMap(() => left.splice(number(left.length), 1));
}

/** One of each surface, all in one step, as the seed has it. */
function someOf(all: readonly Pair[], seed: number): Pair[] {
  const { one } = chances(seed);
  const step = one(steps.filter((each) => all.some(({ call }) => call.step === each)));
  return surfaces.flatMap(
    (surface) => one(all.filter(({ call }) => call.surface === surface && call.step === step)) ?? [],
  );
}
