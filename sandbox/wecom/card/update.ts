import { isRecord, list, number, optional, text } from '../../kernel/shape.js';
import { type Call, type Result, type Route, readShape } from '../api.js';
import type { Corp } from '../corp.js';
import { subtreeOf } from '../departments.js';
import { checkAgent, refuseBadCard } from '../message/send.js';
import { refuse } from '../refusal.js';
import type { ResponseCode, Send } from '../world.js';
import { hasButtons } from './validate.js';

const LIFE_MS = 72 * 60 * 60 * 1000;
const USERS_MAX = 1_000;
const PARTIES_MAX = 100;

/** Source: 更新模版卡片消息. */
export const updateRoutes = (corp: Corp): Route[] => [
  { method: 'POST', path: '/cgi-bin/message/update_template_card', handle: (call) => update(corp, call) },
];

function update(corp: Corp, { app, id, body }: Call): Result {
  checkAgent(corp, app, body.agentid);
  const code = codeIn(corp, id, body);
  const sent = corp.state.sends.get(code.send) ?? refuse(42016);
  const { people, invaliduser } = receiversOf(corp, sent, body);
  const change = changeIn(corp, sent, body);
  code.used = true;
  corp.state.responseCodes.put(code.code, code);
  for (const person of people) {
    const message = corp.state.message(sent.messages[person] ?? '');
    if (message) change(message, person);
  }
  return { invaliduser };
}

/** One code, one update, within 72 hours, by the app that was given it. */
function codeIn(corp: Corp, id: string, body: Record<string, unknown>): ResponseCode {
  if (typeof body.response_code !== 'string' || body.response_code === '')
    refuse(40063, 'response_code is empty');
  const code = corp.state.responseCodes.get(body.response_code) ?? refuse(42016, 'no such response_code');
  if (code.app !== id) refuse(42015);
  if (code.used) refuse(42022);
  if (corp.clock.now() - code.at > LIFE_MS) refuse(42016, 'the response_code is older than 72 hours');
  return code;
}

const users = optional(list(text({ min: 1 }), { max: USERS_MAX }));
const parties = optional(list(number, { max: PARTIES_MAX }));

/** Those of the send's receivers that are meant; the others named come back as `invaliduser`. */
function receiversOf(
  { state }: Corp,
  sent: Send,
  body: Record<string, unknown>,
): { people: string[]; invaliduser: string[] } {
  const all = Object.keys(sent.messages);
  const userids = readShape(body.userids, users) ?? [];
  const partyids = readShape(body.partyids, parties) ?? [];
  readShape(body.tagids, parties);
  if (body.atall === 1) return { people: all, invaliduser: [] };
  if (userids.length + partyids.length === 0) refuse(82001, 'userids, partyids, tagids or atall');
  const found = new Set<string>();
  const invaliduser: string[] = [];
  for (const userid of userids) {
    const person = state.byUserId(userid);
    if (person && all.includes(person.id)) found.add(person.id);
    else invaliduser.push(userid.toLowerCase());
  }
  for (const party of partyids) {
    const departments = subtreeOf(state, party);
    for (const id of all) {
      if (state.people.get(id)?.departments.some((each) => departments?.has(each))) found.add(id);
    }
  }
  return { people: [...found], invaliduser };
}

type Change = (message: NonNullable<ReturnType<Corp['state']['message']>>, person: string) => void;

function changeIn({ cards, state }: Corp, sent: Send, body: Record<string, unknown>): Change {
  const original = Object.values(sent.messages).map((id) => state.message(id)?.card)[0];
  if (isRecord(body.button) && body.template_card === undefined) {
    const name = body.button.replace_name;
    if (typeof name !== 'string' || name === '') refuse(42020, 'button.replace_name is empty');
    if (original && !hasButtons(original)) refuse(42017);
    return (message, person) => cards.replaceButtons(message, [person], name);
  }
  const card = body.template_card;
  if (!isRecord(card) || body.button !== undefined)
    refuse(40063, 'either button or template_card is required');
  refuseBadCard(card, 'app-update');
  return (message, person) => cards.replaceCard(message, [person], card);
}
