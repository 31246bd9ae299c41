import type { Vault } from '../secrets/vault.js';

/** Form fields whose names begin like this hold secrets, whatever operation they are sent to. */
export const secretPrefix = 'secret.';

const hidden = '***';

/** An input as the audit may keep it: that a secret was given, and not which. */
export function redacted(input: unknown, names: readonly string[]): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      (names.includes(name) || name.startsWith(secretPrefix)) && value !== undefined && value !== ''
        ? hidden
        : value,
    ]),
  );
}

type Form = Readonly<Record<string, string | readonly string[] | boolean>>;

interface Owner {
  tenantId: string;
  memberId: string;
}

const placeOf = ({ tenantId, memberId }: Owner) => ({
  tenantId,
  table: 'inbox',
  column: 'entry_sealed',
  row: memberId,
});

/**
 * A form before it is written down: secrets are sealed for the member who typed them, so that no row that carries a press
 * holds one in plain words.
 */
export async function sealedForm(vault: Vault, owner: Owner, form: Form): Promise<Form> {
  const sealed: Record<string, string | readonly string[] | boolean> = {};
  for (const [name, value] of Object.entries(form))
    sealed[name] =
      name.startsWith(secretPrefix) && typeof value === 'string' && value !== ''
        ? await sealedFor(vault, owner, value)
        : value;
  return sealed;
}

/** A value that only this member's own calls can use. */
export const sealedFor = (vault: Vault, owner: Owner, value: string): Promise<string> =>
  vault.seal(placeOf(owner), value);

/** What was sealed. @throws {SealBroken} for what this member did not type on a page */
export const openedSecret = (vault: Vault, owner: Owner, sealed: string): Promise<string> =>
  vault.open(placeOf(owner), sealed);
