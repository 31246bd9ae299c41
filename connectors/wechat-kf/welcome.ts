/** A welcome code is good for 20 seconds and one message; a second is left for the way. */
const lifeMs = 19_000;

/** Where the one greeting of an `enter_session` goes: its code, and when it was given. */
export const welcomeHandle = (code: string, at: number): string => `welcome ${at} ${code}`;

/** What a `reply` handle names; undefined: no welcome code of ours. */
export function welcomeIn(
  reply: string | undefined,
  now: number,
): { code: string; late: boolean } | undefined {
  const [, at, code] = /^welcome (\d+) (.+)$/s.exec(reply ?? '') ?? [];
  return code === undefined ? undefined : { code, late: now - Number(at) > lifeMs };
}
