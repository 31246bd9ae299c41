import type { Scope } from '../../tests/sandbox.js';

/** One thing that is measured, beside what it can fairly be compared with. `npm run bench` runs all of them. */
export interface Area {
  /** What is typed after `npm run bench --`. */
  name: string;
  /** What is measured against what, in a sentence or two. */
  about: string;
  run(setting: Setting): Promise<Measured[]>;
}

export interface Setting {
  /** What the area opens is closed by it. */
  scope: Scope;
  /** Sizes so small that the figures mean nothing: whether it runs at all is tried. */
  quick: boolean;
  /** The program to start Redis with, where one was found. */
  redisServer?: string;
  /** One line of progress, for long work. */
  say(line: string): void;
}

/** One row of the report. */
export interface Measured {
  /** "feishu", "a fresh folder, until it is ready". */
  what: string;
  /** Ours divided by what it is compared with, both measured in the same run. */
  ratio?: { value: number; of: string };
  goal?: Goal;
  /** The absolute figures behind it, the most telling first. */
  figures: readonly Figure[];
  /** What has to be known to read the figures rightly. */
  notes?: readonly string[];
  /** Why there are none. */
  notRun?: string;
}

export interface Figure {
  name: string;
  value: number;
  /** "ms", "MB", "/s"; empty where a number is just counted. */
  unit: string;
}

export interface Goal {
  /** "≥ 70 %". */
  says: string;
  met: boolean;
}

export const atLeastShare = (share: number, ratio: number): Goal => ({
  says: `≥ ${Math.round(share * 100)} %`,
  met: ratio >= share,
});

export const below = (limit: number, value: number, unit: string): Goal => ({
  says: `< ${limit} ${unit}`,
  met: value < limit,
});
