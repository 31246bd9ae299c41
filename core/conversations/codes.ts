import type { Scene } from '../pipeline/scene.js';

/** Without I and O, which are read as digits. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
/** How long a code rests after its conversation closed before it is given again. */
export const codeRestMs = 14 * 24 * 3_600_000;

/** 0 → A1, 1 → B1, … 23 → Z1, 24 → A2: neighbours differ in their first character, which is what people glance at. */
export const codeOf = (number: number): string =>
  `${letters[number % letters.length]}${Math.floor(number / letters.length) + 1}`;

/** Whether a word could be a code: a letter and a number, as people type them ("a3"). */
export const looksLikeCode = (word: string): boolean => /^[A-HJ-NP-Z][1-9]\d{0,4}$/i.test(word);

/**
 * Gives a conversation a number: of those whose conversations closed 14 days ago and more, so that a code in an old message
 * never means somebody else, the one that has rested longest, and the next new one only when none has rested. Unique in the tenant.
 */
export async function giveCode(scene: Scene, conversationId: string): Promise<string> {
  const now = new Date(scene.now);
  const [reused] = await scene.tx.query<{ number: number }>(
    `update codes set conversation_id = $2, free_at = null
      where tenant_id = $1 and number = (
        select number from codes where tenant_id = $1 and free_at <= $3
         order by free_at, number limit 1 for update skip locked)
     returning number`,
    [scene.tenant.id, conversationId, now],
  );
  if (reused) return codeOf(reused.number);
  await scene.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`codes ${scene.tenant.id}`]);
  const [fresh] = await scene.tx.query<{ number: number }>(
    `insert into codes (tenant_id, number, conversation_id)
     select $1, coalesce(max(number) + 1, 0), $2 from codes where tenant_id = $1 returning number`,
    [scene.tenant.id, conversationId],
  );
  if (!fresh) throw new Error('No code could be given');
  return codeOf(fresh.number);
}

/** The conversation goes on: it has its code back, or another if somebody else has that by now. */
export async function wakeCode(scene: Scene, conversationId: string): Promise<string> {
  const [own] = await scene.tx.query<{ number: number }>(
    'update codes set free_at = null where tenant_id = $1 and conversation_id = $2 returning number',
    [scene.tenant.id, conversationId],
  );
  return own ? codeOf(own.number) : giveCode(scene, conversationId);
}

/** The conversation closed: its code may be given again after it has rested. */
export async function restCode(scene: Scene, conversationId: string): Promise<void> {
  await scene.tx.query('update codes set free_at = $3 where tenant_id = $1 and conversation_id = $2', [
    scene.tenant.id,
    conversationId,
    new Date(scene.now + codeRestMs),
  ]);
}
