/** Figures by which retrieval is compared. */

/** 1 for the first place; undefined when it was not found. */
export type Rank = number | undefined;

/** The share of questions whose right article came at `place` or before. */
export const recallAt = (place: number, ranks: readonly Rank[]): number =>
  mean(ranks.map((rank) => (rank !== undefined && rank <= place ? 1 : 0)));

/** Mean reciprocal rank, counting the first `places`. */
export const meanReciprocalRank = (places: number, ranks: readonly Rank[]): number =>
  mean(ranks.map((rank) => (rank !== undefined && rank <= places ? 1 / rank : 0)));

/** How often a value of `positive` is above one of `negative`, ties counting half: the area under the ROC curve. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  const sorted = [...negative].sort((a, b) => a - b);
  return mean(
    positive.map((value) => (below(sorted, value, false) + below(sorted, value, true)) / 2 / sorted.length),
  );
}

/** How many of `sorted` are below `value`, or at most equal to it. */
function below(sorted: readonly number[], value: number, orEqual: boolean): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = sorted[middle] ?? 0;
    if (at < value || (orEqual && at === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
