import { createHash } from 'node:crypto';
import { isRecord } from '../../kernel/shape.js';
import { type Call, type Result, type Route, wholeOf } from '../api.js';
import { callsBack, cardTypeOf, validateTemplateCard } from '../card/validate.js';
import type { Corp } from '../corp.js';
import { isErrcode, refuse } from '../refusal.js';
import type { App, Card, Person, Send } from '../world.js';
import { readContent } from './content.js';
import { whyDropped } from './limits.js';
import { post, tellChange } from './posting.js';
import { type Receivers, receiversOf } from './receivers.js';

const RECALLABLE_MS = 24 * 60 * 60 * 1000;
const DUPLICATE_S = 1_800;
const DUPLICATE_S_MAX = 4 * 60 * 60;

/** Source: 发送应用消息, 撤回应用消息. */
export const messageRoutes = (corp: Corp): Route[] => [
  { method: 'POST', path: '/cgi-bin/message/send', handle: (call) => send(corp, call) },
  { method: 'POST', path: '/cgi-bin/message/recall', handle: (call) => recall(corp, call) },
];

/** An app speaks only for itself. */
export function checkAgent(corp: Corp, app: App, given: unknown): void {
  const agentId = wholeOf(given);
  if (agentId === undefined || !corp.state.apps.get(String(agentId))) refuse(40056);
  if (agentId !== app.agentId) refuse(301002);
}

interface What {
  type: string;
  content: Record<string, unknown>;
  card: Card | undefined;
}

function send(corp: Corp, { app, id, body }: Call): Result {
  checkAgent(corp, app, body.agentid);
  const receivers = receiversOf(corp, app, body);
  const what = whatIn(corp, app, body);
  const duplicate = duplicateOf(corp, id, body, receivers);
  if (duplicate) {
    for (const person of receivers.people)
      corp.drops.add(id, person.id, 'the same was sent before (duplicate check)');
    return answer(receivers, { msgid: duplicate });
  }
  const taskId = what.card ? claimTask(corp, id, what.card) : undefined;
  const sent = deliver(corp, app, receivers.people, what, taskId);
  rememberForDuplicates(corp, id, body, receivers, sent.msgid);
  const code = callsBack(what.card) ? { response_code: issueCode(corp, sent) } : {};
  return answer(receivers, { msgid: sent.msgid, ...code });
}

function whatIn(corp: Corp, app: App, body: Record<string, unknown>): What {
  const type = typeof body.msgtype === 'string' ? body.msgtype : '';
  if (type !== 'template_card') return { type, content: readContent(corp, type, body), card: undefined };
  const card = isRecord(body.template_card) ? body.template_card : refuse(40063, 'template_card is empty');
  refuseBadCard(card, 'app');
  if (callsBack(card) && !app.callback) refuse(43012);
  return { type, content: {}, card };
}

/** Answers with the first thing that is wrong; what the client would merely cut is let through. */
export function refuseBadCard(card: Card, where: Parameters<typeof validateTemplateCard>[1]): void {
  const problem = validateTemplateCard(card, where).find(({ severity }) => severity === 'refused');
  if (problem)
    refuse(
      isErrcode(problem.code) ? problem.code : 40058,
      `template_card.${problem.path}: ${problem.message}`,
    );
}

/** A task_id is spent for ever by the first card that carries it. */
export function claimTask(corp: Corp, speaker: string, card: Card): string | undefined {
  if (typeof card.task_id !== 'string') return undefined;
  const key = `${speaker}|${card.task_id}`;
  if (corp.state.taskIds.get(key)) refuse(42014, `task_id ${card.task_id} was used before`);
  corp.state.taskIds.put(key, true);
  return card.task_id;
}

function deliver(corp: Corp, app: App, people: readonly Person[], what: What, taskId?: string): Send {
  const id = String(app.agentId);
  const type = cardTypeOf(what.card);
  const sent: Send = {
    msgid: corp.ids.message(),
    app: id,
    at: corp.clock.now(),
    messages: {},
    ...(taskId ? { taskId } : {}),
    ...(type ? { cardType: type } : {}),
  };
  for (const person of people) {
    const why = whyDropped(corp, app, person);
    if (why) corp.drops.add(id, person.id, why);
    else {
      const chat = corp.state.p2pChat(id, app.name, person, corp.clock.now());
      const author = { kind: 'app' as const, id };
      sent.messages[person.id] = post(corp, { chat, author, ...what, send: sent.msgid }).id;
    }
  }
  corp.state.sends.put(sent.msgid, sent);
  return sent;
}

/** The right to update this send's cards once, within 72 hours. */
export function issueCode(corp: Corp, { app, msgid }: Send): string {
  const code = corp.ids.code();
  corp.state.responseCodes.put(code, { code, app, send: msgid, at: corp.clock.now(), used: false });
  return code;
}

const answer = (
  { invalidUsers, invalidParties, invalidTags }: Receivers,
  rest: Record<string, unknown>,
): Result => ({
  invaliduser: invalidUsers.join('|'),
  invalidparty: invalidParties.join('|'),
  invalidtag: invalidTags.join('|'),
  unlicenseduser: '',
  ...rest,
});

function duplicateOf(
  corp: Corp,
  id: string,
  body: Record<string, unknown>,
  receivers: Receivers,
): string | undefined {
  if (body.enable_duplicate_check !== 1) return undefined;
  const before = corp.state.duplicates.get(duplicateKey(id, body, receivers));
  const interval = wholeOf(body.duplicate_check_interval) ?? DUPLICATE_S;
  if (interval > DUPLICATE_S_MAX) refuse(40058, `duplicate_check_interval: at most ${DUPLICATE_S_MAX}`);
  return before && corp.clock.now() - before.at < interval * 1000 ? before.msgid : undefined;
}

function rememberForDuplicates(
  corp: Corp,
  id: string,
  body: Record<string, unknown>,
  receivers: Receivers,
  msgid: string,
): void {
  if (body.enable_duplicate_check !== 1) return;
  corp.state.duplicates.put(duplicateKey(id, body, receivers), { msgid, at: corp.clock.now() });
}

function duplicateKey(id: string, body: Record<string, unknown>, { people }: Receivers): string {
  const type = String(body.msgtype);
  const same = JSON.stringify([type, body[type], people.map((person) => person.id).sort()]);
  return `${id}|${createHash('sha256').update(same).digest('hex')}`;
}

function recall(corp: Corp, { id, body }: Call): Result {
  const sent = corp.state.sends.get(String(body.msgid ?? ''));
  if (!sent || sent.app !== id) refuse(40058, 'msgid is not of a message of this app');
  if (corp.clock.now() - sent.at > RECALLABLE_MS) refuse(40058, 'it was sent more than 24 hours ago');
  for (const messageId of Object.values(sent.messages)) {
    const message = corp.state.message(messageId);
    if (!message || message.recalled) continue;
    message.recalled = true;
    corp.state.save(message);
    tellChange(corp, message, 'recall');
  }
  return {};
}
