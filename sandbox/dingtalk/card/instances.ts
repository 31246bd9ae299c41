import { anything, list, number, object, oneOf, optional, record, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import { tell } from '../robot/posting.js';
import type { Tenant } from '../tenant.js';
import type { App } from '../world.js';
import { type Card, cardKey, type ParamMap } from './card.js';
import { checkSize, readParamMap, readPrivateData, readUserIdType } from './param-map.js';
import { checkDeliverModels, type DeliverResult, deliver, readSpaceModels, readSpaces } from './spaces.js';

const OUT_TRACK_ID_MAX = 100;
export const CARD_WRITE = 'Card.Instance.Write';

const string = optional(text());
const creating = object({
  cardTemplateId: string,
  outTrackId: string,
  callbackType: optional(oneOf('STREAM', 'HTTP')),
  callbackRouteKey: string,
  cardData: anything,
  privateData: anything,
  userId: string,
  userIdType: optional(number),
  openSpaceId: string,
  cardAtUserIds: optional(list(text())),
  openDynamicDataConfig: anything,
});
const updating = object({
  outTrackId: string,
  cardData: anything,
  privateData: anything,
  cardUpdateOptions: optional(object({ updateCardDataByKey: anything, updatePrivateDataByKey: anything })),
  userIdType: optional(number),
});
const delivering = object({ outTrackId: string, openSpaceId: string, userIdType: optional(number) });
const appending = object({ outTrackId: string });

/**
 * Card instances. Source: interface-for-creating-a-card-instance, delivery-card-interface, create-and-deliver-cards,
 * interactive-card-update-interface, api-appendspace.
 */
export const instanceRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'POST', pattern: '/v1.0/card/instances', permission: CARD_WRITE },
    handle: (call) => ({ success: true, result: create(tenant, call).outTrackId }),
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/instances/createAndDeliver', permission: CARD_WRITE },
    handle: (call) => {
      const { openSpaceId } = readJson(call.request, creating);
      const body = readJson(call.request, record);
      const spaces = readSpaces(openSpaceId);
      checkDeliverModels(spaces, body);
      const card = create(tenant, call);
      const deliverResults = deliver(tenant, call.app, card, spaces, body);
      return { success: true, result: { outTrackId: card.outTrackId, deliverResults } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/v1.0/card/instances/deliver', permission: CARD_WRITE },
    handle: (call) => ({ success: true, result: deliverExisting(tenant, call) }),
  },
  {
    ...{ method: 'PUT', pattern: '/v1.0/card/instances/spaces', permission: CARD_WRITE },
    handle: ({ app, request }) => {
      const card = cardOf(tenant, app, readJson(request, appending).outTrackId);
      const { spaces, lastMessage } = readSpaceModels(readJson(request, record));
      card.spaces = [...new Set([...card.spaces, ...spaces])];
      Object.assign(card.lastMessage, lastMessage);
      save(tenant, card);
      return { success: true, result: true };
    },
  },
  {
    ...{ method: 'PUT', pattern: '/v1.0/card/instances', permission: CARD_WRITE },
    handle: (call) => {
      update(tenant, call);
      return { success: true, result: true };
    },
  },
];

function create(tenant: Tenant, { app, request }: Call): Card {
  const { state, clock } = tenant;
  const given = readJson(request, creating);
  const { outTrackId, cardTemplateId } = given;
  if (!cardTemplateId) throw new Refusal('param.cardTemplateIdEmpty');
  if (!outTrackId) throw new Refusal('param.outTrackIdEmpty');
  if (outTrackId.length > OUT_TRACK_ID_MAX)
    throw new Refusal('param.invalid', `outTrackId: at most ${OUT_TRACK_ID_MAX} characters`);
  if (given.cardData === undefined || given.cardData === null) throw new Refusal('param.cardPublicDataEmpty');
  if (given.openDynamicDataConfig !== undefined && given.openDynamicDataConfig !== null)
    throw new Refusal('param.invalid', 'openDynamicDataConfig is not built in this sandbox');
  const template = state.templates.get(cardTemplateId);
  if (!template || (template.app && template.app !== app.appKey)) throw new Refusal('param.templateNotExist');
  if (!template.published || template.source === undefined) throw new Refusal('param.templateUnpublished');
  const userIdType = readUserIdType(given.userIdType);
  if (given.userId && !state.personBy(userIdType, given.userId)) throw new Refusal('param.userIdNotExist');
  // With a used id the data "will not take effect" (create-and-deliver-cards); the error table has a name for it.
  if (state.cards.get(cardKey(app.appKey, outTrackId))) throw new Refusal('param.cardAlreadyExist');
  const cardData = readParamMap(given.cardData, 'cardData');
  const privateData = readPrivateData(state, given.privateData, userIdType);
  checkSize(cardData, privateData);
  const card: Card = {
    ...{ app: app.appKey, outTrackId, template: cardTemplateId, cardData, privateData },
    ...{ callbackType: given.callbackType, callbackRouteKey: given.callbackRouteKey, userIdType },
    ...readSpaceModels(readJson(request, record)),
    at: peopleNamed(tenant, given.cardAtUserIds ?? [], userIdType),
    ...{ createdAt: clock.now(), guids: [] },
  };
  save(tenant, card);
  return card;
}

function peopleNamed({ state }: Tenant, ids: readonly string[], userIdType: number): Record<string, string> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const person = state.personBy(userIdType, id);
      return person ? [[id, person.id]] : [];
    }),
  );
}

function deliverExisting(tenant: Tenant, { app, request }: Call): DeliverResult[] {
  const given = readJson(request, delivering);
  const card = cardOf(tenant, app, given.outTrackId);
  const body = readJson(request, record);
  const spaces = readSpaces(given.openSpaceId);
  checkDeliverModels(spaces, body);
  return deliver(tenant, app, { ...card, userIdType: readUserIdType(given.userIdType) }, spaces, body);
}

function update(tenant: Tenant, { app, request }: Call): void {
  const given = readJson(request, updating);
  const card = cardOf(tenant, app, given.outTrackId);
  const isEmpty = (value: unknown) => value === undefined || value === null;
  if (isEmpty(given.cardData) && isEmpty(given.privateData))
    throw new Refusal('param.cardDataAndPrivateDataBothEmpty');
  const userIdType = readUserIdType(given.userIdType);
  merge(tenant, card, {
    ...(isEmpty(given.cardData) ? {} : { cardData: readParamMap(given.cardData, 'cardData') }),
    ...(isEmpty(given.privateData)
      ? {}
      : { privateData: readPrivateData(tenant.state, given.privateData, userIdType) }),
    byKey: {
      cardData: given.cardUpdateOptions?.updateCardDataByKey === true,
      privateData: given.cardUpdateOptions?.updatePrivateDataByKey === true,
    },
  });
}

export interface Change {
  cardData?: ParamMap;
  privateData?: Record<string, ParamMap>;
  /** Whether named keys are changed, or all that was there is replaced. */
  byKey: { cardData: boolean; privateData: boolean };
}

/** Changes what a card holds; without the flags of `cardUpdateOptions` everything there was is overwritten. */
export function merge(tenant: Tenant, card: Card, { cardData, privateData, byKey }: Change): void {
  const changed = {
    cardData: cardData ? { ...(byKey.cardData ? card.cardData : {}), ...cardData } : card.cardData,
    privateData: privateData ? mergePrivate(card, privateData, byKey.privateData) : card.privateData,
  };
  checkSize(changed.cardData, changed.privateData);
  Object.assign(card, changed);
  save(tenant, card);
  const shown = tenant.state.messagesOfCard(cardKey(card.app, card.outTrackId));
  for (const message of shown) tell(tenant, message, 'update');
}

function mergePrivate(card: Card, given: Record<string, ParamMap>, byKey: boolean): Record<string, ParamMap> {
  if (!byKey) return given;
  const people = Object.entries(given).map(([person, data]) => [
    person,
    { ...card.privateData[person], ...data },
  ]);
  return { ...card.privateData, ...Object.fromEntries(people) };
}

/** @throws Refusal when the app has no such card */
export function cardOf({ state }: Tenant, app: App, outTrackId: string | undefined): Card {
  if (!outTrackId) throw new Refusal('param.outTrackIdEmpty');
  const card = state.cards.get(cardKey(app.appKey, outTrackId));
  if (!card) throw new Refusal('param.cardNotExist');
  return card;
}

export const save = ({ state }: Tenant, card: Card): void =>
  state.cards.put(cardKey(card.app, card.outTrackId), card);
