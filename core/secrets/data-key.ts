import { createHmac } from 'node:crypto';
import { decrypt, encrypt, KEY_BYTES } from './envelope.js';

/** Which tenant's data key it is, and the how-manieth. */
export interface DataKeyPlace {
  tenantId: string;
  keyId: number;
}

export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
  constructor() {
    super(
      'The master key is not the one this database was sealed under. Restore that key (MASTER_KEY or master.key).',
    );
  }
}

/** A wrapped key that was altered, or that stands in another place than its own. */
export class WrapBroken extends Error {
  override readonly name = 'WrapBroken';
}

const PRINT_BYTES = 8;

/** Stands before each wrapped key, so that a wrong master key is told from a damaged row. */
const printOf = (masterKey: Buffer): Buffer =>
  createHmac('sha256', masterKey).update('master key').digest().subarray(0, PRINT_BYTES);

const bound = ({ tenantId, keyId }: DataKeyPlace) => ['data key', tenantId, keyId];

export function mustBeMasterKey(key: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new Error('The master key must have 32 bytes.');
  return key;
}

export const wrapDataKey = (masterKey: Buffer, place: DataKeyPlace, key: Buffer): Buffer =>
  Buffer.concat([printOf(masterKey), encrypt(masterKey, key, bound(place))]);

export const isWrappedUnder = (masterKey: Buffer, wrapped: Buffer): boolean =>
  wrapped.subarray(0, PRINT_BYTES).equals(printOf(masterKey));

/** @throws {WrongMasterKey} when it was wrapped under none of these; {WrapBroken} */
export function unwrapDataKey(masterKeys: readonly Buffer[], place: DataKeyPlace, wrapped: Buffer): Buffer {
  const masterKey = masterKeys.find((one) => isWrappedUnder(one, wrapped));
  if (!masterKey) throw new WrongMasterKey();
  const key = decrypt(masterKey, wrapped.subarray(PRINT_BYTES), bound(place));
  if (!key) throw new WrapBroken(`The data key ${place.keyId} of tenant ${place.tenantId} was altered.`);
  return key;
}
