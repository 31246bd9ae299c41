import type { Corp } from '../corp.js';
import { subtreeOf } from '../departments.js';
import { refuse } from '../refusal.js';
import type { App, Person } from '../world.js';

const USERS_MAX = 1_000;
const PARTIES_MAX = 100;

export interface Receivers {
  people: Person[];
  /** As the answer names them: userids lower-cased. */
  invalidUsers: string[];
  invalidParties: string[];
  invalidTags: string[];
}

/** Whom `touser`, `toparty` and `totag` mean; those the app may not reach are reported. Source: 发送应用消息. */
export function receiversOf(corp: Corp, app: App, body: Record<string, unknown>): Receivers {
  const [users, parties, tags] = [split(body.touser), split(body.toparty), split(body.totag)];
  if (users.length + parties.length + tags.length === 0) refuse(81012);
  if (users.length > USERS_MAX) refuse(40058, `touser: at most ${USERS_MAX}`);
  if (parties.length > PARTIES_MAX) refuse(82002);
  if (tags.length > PARTIES_MAX) refuse(82003);
  const visible = [...corp.state.people.values()].filter((person) => corp.state.available(person, app));
  if (users.includes('@all')) {
    if (visible.length === 0) refuse(81013);
    return { people: visible, invalidUsers: [], invalidParties: [], invalidTags: [] };
  }
  const found = new Map<string, Person>();
  const invalidUsers = users.filter((userId) => !addUser(corp, visible, found, userId));
  const invalidParties = parties.filter((id) => !addParty(corp, visible, found, id));
  const invalid = {
    invalidUsers: invalidUsers.map((id) => id.toLowerCase()),
    invalidParties,
    invalidTags: tags,
  };
  if (found.size === 0) {
    refuse(81013, undefined, {
      invaliduser: invalid.invalidUsers.join('|'),
      invalidparty: invalidParties.join('|'),
      invalidtag: tags.join('|'),
    });
  }
  return { people: [...found.values()], ...invalid };
}

const split = (value: unknown): string[] =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
        .split('|')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : [];

function addUser(
  { state }: Corp,
  visible: readonly Person[],
  found: Map<string, Person>,
  id: string,
): boolean {
  const person = state.byUserId(id);
  if (!person || !visible.includes(person)) return false;
  found.set(person.id, person);
  return true;
}

/** A department's people and those of the departments below it. */
function addParty(
  { state }: Corp,
  visible: readonly Person[],
  found: Map<string, Person>,
  id: string,
): boolean {
  const departments = subtreeOf(state, Number(id));
  if (!departments) return false;
  const members = visible.filter((person) => person.departments.some((each) => departments.has(each)));
  for (const person of members) found.set(person.id, person);
  return members.length > 0;
}
