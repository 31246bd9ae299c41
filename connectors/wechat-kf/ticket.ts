/** How long the token of a ping lets us ask without being counted strictly, with a little left for the way. */
const lifeMs = 10 * 60_000 - 15_000;

/** The token of a ping with the time of it, since a stale one is refused. */
export const ticketOf = (token: string, at: number): string => `${at} ${token}`;

/** The token in a ticket, if it is still good. */
export function tokenIn(ticket: string | undefined, now: number): string | undefined {
  const [, at, token] = /^(\d+) (.+)$/s.exec(ticket ?? '') ?? [];
  return token !== undefined && now - Number(at) < lifeMs ? token : undefined;
}
