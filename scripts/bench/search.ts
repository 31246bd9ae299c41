import { type Road, type Spread, spreadOf, travel } from './travel.js';

export interface SearchPlan {
  /** Where to begin, and what is not asked for, in messages a second. */
  from: number;
  most: number;
  secondsEach: number;
  random(): number;
  /** Waits until what the last step left behind is done. */
  settled(): Promise<void>;
  /** Hears of each step as it is done. */
  tell?(step: Step): void;
}

export interface Step {
  rate: number;
  spread: Spread;
  /** Everything arrived, and of a hundred all but one within a second. */
  isKept: boolean;
}

export interface Found {
  /** The highest rate that was kept, 0 if none was. */
  sustained: number;
  /** Whether it could have been more, had more been asked for. */
  atLeast: boolean;
  steps: Step[];
}

/** From then on people would say that it hangs. */
const p99MaxMs = 1_000;
const growth = 1.6;
/** Close enough: the next step would be within the noise. */
const closeEnough = 1.12;
const patienceMs = 20_000;

/** Finds how many messages a second a road keeps up with: upwards by big steps until it does not, then between the last two. */
export async function searchLimit(road: Road, plan: SearchPlan): Promise<Found> {
  const { from, most, secondsEach, random } = plan;
  const steps: Step[] = [];
  const isKept = async (rate: number): Promise<boolean> => {
    const { journeys } = await travel(road, { rate, seconds: secondsEach, random, patienceMs });
    const spread = spreadOf(journeys);
    const step = { rate, spread, isKept: spread.p99 <= p99MaxMs && spread.missing === 0 };
    steps.push(step);
    plan.tell?.(step);
    await plan.settled();
    return step.isKept;
  };
  let low = 0;
  let high = Math.min(from, most);
  while (await isKept(high)) {
    low = high;
    if (high >= most) return { sustained: low, atLeast: true, steps };
    high = Math.min(most, high * growth);
  }
  while (low > 0 && high / low > closeEnough) {
    const middle = Math.sqrt(low * high);
    if (await isKept(middle)) low = middle;
    else high = middle;
  }
  return { sustained: low, atLeast: false, steps };
}
