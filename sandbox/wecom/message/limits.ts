import type { Corp } from '../corp.js';
import type { App, Person } from '../world.js';

/** Source: 访问频率限制: what is beyond these is answered with errcode 0 and never arrives. */
const PER_MEMBER = [
  { times: 30, perMs: 60_000 },
  { times: 1_000, perMs: 60 * 60 * 1000 },
];
const PERSON_TIMES_PER_ACCOUNT = 200;
const ACCOUNTS = 200;
const BEIJING_MS = 8 * 60 * 60 * 1000;

export const dayOf = (now: number): string => new Date(now + BEIJING_MS).toISOString().slice(0, 10);

/** Counts one message of an app to one member; why it will not arrive, if it will not. */
export function whyDropped(corp: Corp, app: App, person: Person): string | undefined {
  const id = String(app.agentId);
  const key = `${id}|${dayOf(corp.clock.now())}`;
  const today = corp.state.daily.get(key) ?? 0;
  const most = (app.accountLimit ?? ACCOUNTS) * PERSON_TIMES_PER_ACCOUNT;
  if (today >= most) return `more than ${most} person-times a day`;
  const taken = corp.rates.take(`message ${id} ${person.id}`, PER_MEMBER);
  if (!taken.allowed)
    return `more than ${taken.limit.times} in ${taken.limit.perMs / 60_000} min to one member`;
  corp.state.daily.put(key, today + 1);
  return undefined;
}
