import type { Outcome } from '../../kernel/deliveries.js';
import { isRecord } from '../../kernel/shape.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat, Message, Person } from '../world.js';
import { toastAfter } from './action.js';
import type { Card, ParamMap } from './card.js';
import type { Request, Toast } from './drawn.js';
import { merge } from './instances.js';
import { readParamMap } from './param-map.js';
import type { Press } from './press.js';
import { readTemplate } from './template.js';
import { readData } from './values.js';

export interface ClickResult {
  toast?: Toast;
  cardUpdated: boolean;
  /** Why the app's answer did nothing. */
  error?: string;
}

interface Answer {
  cardData?: ParamMap;
  userPrivateData?: ParamMap;
  byKey: { cardData: boolean; privateData: boolean };
}

/** What the client says where the template has nothing to say. What it really says on a time-out is not documented. */
const failed: Toast = { type: 'error', content: '请求失败，请稍后重试' };

/** Tells the app of a press and takes its answer as the card's change. Source: event-callback-card. */
export async function sendPress(
  tenant: Tenant,
  at: { card: Card; message: Message; chat: Chat; app: App; person: Person },
  action: Request,
  source: Press['source'],
): Promise<ClickResult> {
  const { card, chat, app, person } = at;
  const content = { cardPrivateData: { actionIds: [action.actionId], params: action.params } };
  const type = chat.kind === 'group' ? 'IM_GROUP' : 'IM_ROBOT';
  const own = card.userIdType === 2 ? person.unionId : person.userId;
  const spaceId = chat.kind === 'group' ? chat.id : own;
  const outcome = await tenant.pushes.pressed(card, app, person, { type, id: spaceId }, content);
  const answer = outcome.ok ? readAnswer(outcome.answer) : undefined;
  const problem = problemOf(outcome) ?? (answer && 'error' in answer ? answer.error : undefined);
  const taken = answer && !('error' in answer) ? answer : undefined;
  const refused = taken && takeIn(tenant, card, person, taken);
  const error = problem ?? refused;
  const toast = toastOf(tenant, { card, person }, source, error === undefined ? taken : undefined);
  const cardUpdated = error === undefined && (taken?.cardData ?? taken?.userPrivateData) !== undefined;
  const said = toast ?? (error === undefined ? undefined : failed);
  if (said) tenant.stream.tell({ type: 'toast', message: at.message.id, toast: said }, [person.id]);
  return { ...(said ? { toast: said } : {}), cardUpdated, ...(error === undefined ? {} : { error }) };
}

const problemOf = (outcome: Outcome): string | undefined => (outcome.ok ? undefined : outcome.reason);

function readAnswer(text: string): Answer | { error: string } {
  const byKey = { cardData: false, privateData: false };
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return { error: 'the answer is not JSON' };
  }
  if (body === null) return { byKey };
  if (!isRecord(body)) return { error: 'the answer is not an object' };
  const options = isRecord(body.cardUpdateOptions) ? body.cardUpdateOptions : {};
  try {
    return {
      ...(body.cardData === undefined ? {} : { cardData: readParamMap(body.cardData, 'cardData') }),
      ...(body.userPrivateData === undefined
        ? {}
        : { userPrivateData: readParamMap(body.userPrivateData, 'userPrivateData') }),
      byKey: {
        cardData: options.updateCardDataByKey === true,
        privateData: options.updatePrivateDataByKey === true,
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

/** The answer's `userPrivateData` is the presser's and is not keyed; what the others hold stays. */
function takeIn(tenant: Tenant, card: Card, person: Person, answer: Answer): string | undefined {
  const { cardData, userPrivateData, byKey } = answer;
  if (!cardData && !userPrivateData) return undefined;
  const own = { ...(byKey.privateData ? card.privateData[person.id] : {}), ...userPrivateData };
  try {
    merge(tenant, card, {
      ...(cardData ? { cardData } : {}),
      ...(userPrivateData ? { privateData: { ...card.privateData, [person.id]: own } } : {}),
      byKey: { cardData: byKey.cardData, privateData: false },
    });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function toastOf(
  { state }: Tenant,
  { card, person }: { card: Card; person: Person },
  source: Press['source'],
  answer: Answer | undefined,
): Toast | undefined {
  if (!source) return undefined;
  const template = readTemplate(state.templates.get(card.template)?.source);
  const data = readData(template, card.cardData, card.privateData[person.id]);
  return toastAfter(source.props, source.scope.over(data), {
    answered: answer !== undefined,
    cardData: answer?.cardData ?? {},
    cardPrivateData: answer?.userPrivateData ?? {},
  });
}
