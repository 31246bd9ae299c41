/** How long to wait before attempt `n` (from 0): doubling from a second to half a minute, each spread over half its length. */
export function backoffMs(n: number, random: () => number): number {
  const full = Math.min(30_000, 1000 * 2 ** Math.min(n, 10));
  return Math.round(full * (0.5 + random() / 2));
}
