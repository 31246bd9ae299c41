import { isRecord } from '../../kernel/shape.js';
import { Refusal } from '../refusal.js';
import { post } from '../robot/posting.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat } from '../world.js';
import { type Card, cardKey } from './card.js';

const ID_MAX = 1000;
const PREFIX = 'dtv1.card//';

export interface Space {
  type: string;
  id: string;
}

export interface DeliverResult {
  spaceType: string;
  spaceId: string;
  success: boolean;
  carrierId?: string;
  errorMsg?: string;
}

/** The model that says how to deliver into each kind of space, and the one with what the card is there. */
const models: Readonly<Record<string, { deliver: string; space: string }>> = {
  IM_GROUP: { deliver: 'imGroupOpenDeliverModel', space: 'imGroupOpenSpaceModel' },
  IM_ROBOT: { deliver: 'imRobotOpenDeliverModel', space: 'imRobotOpenSpaceModel' },
  IM_SINGLE: { deliver: 'imSingleOpenDeliverModel', space: 'imSingleOpenSpaceModel' },
  ONE_BOX: { deliver: 'topOpenDeliverModel', space: 'topOpenSpaceModel' },
};

/** Reads `dtv1.card//TYPE.id;TYPE.id`. The documents write the type in both cases. Source: create-and-deliver-cards. */
export function readSpaces(openSpaceId: string | undefined): Space[] {
  if (!openSpaceId) throw new Refusal('param.openSpaceIdEmpty');
  const fits = openSpaceId.startsWith(PREFIX) && openSpaceId.length <= ID_MAX;
  const spaces = fits ? openSpaceId.slice(PREFIX.length).split(';').map(readSpace) : [];
  if (!fits || spaces.some((space) => space === undefined)) throw new Refusal('param.openSpaceIdInvalid');
  return spaces.flatMap((space) => space ?? []);
}

function readSpace(text: string): Space | undefined {
  const [, type = '', id = ''] = /^([A-Za-z_]+)\.(.+)$/.exec(text) ?? [];
  return Object.hasOwn(models, type.toUpperCase()) ? { type: type.toUpperCase(), id } : undefined;
}

/** What a card is in the spaces that were named at its creation. */
export function readSpaceModels(body: Record<string, unknown>): Pick<Card, 'spaces' | 'lastMessage'> {
  const spaces: string[] = [];
  const lastMessage: Record<string, string> = {};
  for (const [type, { space }] of Object.entries(models)) {
    const model = body[space];
    if (model === undefined || model === null) continue;
    if (!isRecord(model)) throw new Refusal('param.openSpaceModelInvalid');
    const isComplete =
      type === 'ONE_BOX' ? model.spaceType === 'ONE_BOX' : typeof model.supportForward === 'boolean';
    if (!isComplete) throw new Refusal('param.openSpaceModelInvalid', `${space} is incomplete`);
    spaces.push(type);
    const line = isRecord(model.lastMessageI18n) ? model.lastMessageI18n.ZH_CN : undefined;
    if (typeof line === 'string') lastMessage[type] = line;
  }
  return { spaces, lastMessage };
}

/** Refuses spaces whose model of delivery is missing or wrong. */
export function checkDeliverModels(spaces: readonly Space[], body: Record<string, unknown>): void {
  for (const { type } of spaces) {
    const model = body[models[type]?.deliver ?? ''];
    if (model === undefined || model === null) throw new Refusal('param.openDeliverModelEmpty');
    if (!isRecord(model)) throw new Refusal('param.openDeliverModelError');
    const fits =
      type === 'IM_GROUP'
        ? typeof model.robotCode === 'string' && model.robotCode !== ''
        : type === 'ONE_BOX'
          ? typeof model.expiredTimeMillis === 'number'
          : type !== 'IM_ROBOT' || Object.keys(model).length > 0;
    if (!fits) throw new Refusal('param.openDeliverModelError', `${type}: the model is incomplete`);
  }
}

/** Delivers a card; what fails in one space is told in its result, and the call still succeeds. */
export function deliver(
  tenant: Tenant,
  app: App,
  card: Card,
  spaces: readonly Space[],
  body: Record<string, unknown>,
): DeliverResult[] {
  return spaces.map((space) => {
    const failed = (errorMsg: string) => ({
      ...{ spaceType: space.type, spaceId: space.id, success: false, errorMsg },
    });
    if (!card.spaces.includes(space.type)) return failed(`the card has no properties for ${space.type}`);
    const given = body[models[space.type]?.deliver ?? ''];
    const model = isRecord(given) ? given : {};
    const chat = chatOf(tenant, app, card, space, model);
    if (typeof chat === 'string') return failed(chat);
    const carrierId = tenant.ids.processQueryKey();
    post(tenant, chat, {
      author: { kind: 'bot', id: app.appKey },
      ...{ type: 'interactiveCard', content: {}, processQueryKey: carrierId },
      card: cardKey(app.appKey, card.outTrackId),
      mentions: mentionsIn(tenant, chat, model, card.userIdType),
      ...recipientsIn(tenant, model, card.userIdType),
    });
    return { spaceType: space.type, spaceId: space.id, success: true, carrierId };
  });
}

/** The chat of a space, or why the card cannot be put there. */
function chatOf(
  { state, clock }: Tenant,
  app: App,
  card: Card,
  { type, id }: Space,
  model: Record<string, unknown>,
): Chat | string {
  if (type === 'IM_ROBOT') {
    if (model.robotCode !== undefined && model.robotCode !== app.robotCode)
      return 'robotCode is another app’s';
    const person = state.personBy(card.userIdType, id);
    if (!person) return `user ${id} does not exist`;
    return state.available(person, app)
      ? state.p2pChat(app, person, clock.now())
      : `${id} may not use the robot`;
  }
  if (type !== 'IM_GROUP') return `${type} is not built in this sandbox`;
  const chat = state.chats.get(id);
  if (chat?.kind !== 'group') return `group ${id} does not exist`;
  if (model.robotCode !== app.robotCode) return 'robotCode is another app’s';
  return chat.robots.includes(app.appKey) ? chat : 'the robot is not in the group';
}

function mentionsIn(
  { state }: Tenant,
  chat: Chat,
  { atUserIds }: Record<string, unknown>,
  userIdType: number,
): string[] {
  if (!isRecord(atUserIds)) return [];
  if (atUserIds['@ALL'] === '@ALL') return ['all'];
  const people = Object.keys(atUserIds).flatMap((id) => state.personBy(userIdType, id)?.id ?? []);
  return people.filter((id) => chat.people.includes(id));
}

function recipientsIn(
  { state }: Tenant,
  { recipients }: Record<string, unknown>,
  userIdType: number,
): { recipients?: string[] } {
  if (!Array.isArray(recipients) || recipients.length === 0) return {};
  return { recipients: recipients.flatMap((id) => state.personBy(userIdType, String(id))?.id ?? []) };
}
