import type { Scope } from '../sandbox.js';
import type { Backend } from '../stage.js';

/** One thing that may never happen, and a way to try hard to make it happen. `npm run prove` runs all of them. */
export interface Proof {
  /** Its place in the report, from 1. */
  number: number;
  /** A word or two: "Nothing lost". */
  name: string;
  /** What a buyer reads, one sentence: what holds, and under what it was put. */
  claim: string;
  /** On which backends it is run; who carries jobs makes no difference to some. */
  backends: readonly Backend[];
  run(setting: ProofSetting): Promise<Findings>;
}

export interface ProofSetting {
  /** What the proof opens is closed by it. */
  scope: Scope;
  /** The same seed tries the same things in the same order. */
  seed: number;
  /** `short` takes about twenty seconds and is part of the tests. */
  size: 'short' | 'full';
  backend: Backend;
  redisServer?: string;
  /** One line of progress, for long work. */
  say(line: string): void;
}

export interface Findings {
  /** What was done and seen, each class by its name: `{"messages accepted": 1200}`. */
  counted: Record<string, number>;
  /** What should not have happened, each with enough to find it again. Empty: it held. */
  broken: string[];
}
