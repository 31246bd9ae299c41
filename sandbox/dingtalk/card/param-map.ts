import { isRecord } from '../../kernel/shape.js';
import { Refusal } from '../refusal.js';
import type { State } from '../state.js';
import type { ParamMap } from './card.js';

/** Bytes. Source: create-and-deliver-cards; the whole: open-the-interface-to-create-a-card-instance. */
export const KEY_BYTES_MAX = 100;
/** Bytes of one value, by the same page. The official samples exceed it, so that it is judged (`validate.ts`) but not refused. */
export const VALUE_BYTES_ADVISED = 1024;
export const CARD_BYTES_MAX = 100 * 1024;

/** Reads `{cardParamMap: {name: text}}`: texts only, whatever the variable's type is. */
export function readParamMap(given: unknown, path: string): ParamMap {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) throw new Refusal('param.invalid', `${path}: an object is required`);
  const map = given.cardParamMap ?? {};
  if (!isRecord(map)) throw new Refusal('param.invalid', `${path}.cardParamMap: an object is required`);
  const read: ParamMap = {};
  for (const [key, value] of Object.entries(map)) {
    if (Buffer.byteLength(key) > KEY_BYTES_MAX)
      throw new Refusal('param.invalid', `${path}.cardParamMap: the key ${key.slice(0, 20)}… is too long`);
    if (typeof value !== 'string')
      throw new Refusal('param.invalid', `${path}.cardParamMap.${key}: a string is required`);
    read[key] = value;
  }
  return read;
}

/** Reads `{userId: {cardParamMap}}`; the result is by person's id. */
export function readPrivateData(state: State, given: unknown, userIdType: number): Record<string, ParamMap> {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) throw new Refusal('param.invalid', 'privateData: an object is required');
  const read: Record<string, ParamMap> = {};
  for (const [userId, data] of Object.entries(given)) {
    const person = state.personBy(userIdType, userId);
    if (!person) throw new Refusal('param.userIdNotExist', `用户user不存在: ${userId}`);
    read[person.id] = readParamMap(data, `privateData.${userId}`);
  }
  return read;
}

export function checkSize(cardData: ParamMap, privateData: Record<string, ParamMap>): void {
  const bytes = Buffer.byteLength(JSON.stringify([cardData, privateData]));
  if (bytes > CARD_BYTES_MAX)
    throw new Refusal('param.invalid', `the card's data has ${bytes} bytes, at most ${CARD_BYTES_MAX}`);
}

export function readUserIdType(given: number | undefined): number {
  if (given !== undefined && given !== 1 && given !== 2)
    throw new Refusal('param.invalid', 'userIdType: 1 or 2');
  return given ?? 1;
}
