import { testServer } from '../database.js';
import { openScope } from '../scope.js';
import type { Findings, Proof } from './proof.js';
import { walkWithThreeCustomers } from './wrong-person-walk.js';

const transcriptsWanted = { short: 30, full: 10_000 };

/** Walks at random, each at a desk of its own, until there are enough transcripts. The seed of a walk that failed is said. */
export const wrongPerson: Proof = {
  number: 4,
  name: 'Nothing reaches the wrong person',
  claim:
    'Whatever two agents with several customers each type, quote, note, hand on, take back or pick from their kept replies, while customers write, owners change and sends are late, no note reaches a customer and no text another customer than it was meant for. (In this process, two cores a desk, over platforms of paper.)',
  backends: ['postgres'],
  async run({ scope, seed, size, say }): Promise<Findings> {
    await testServer(scope);
    const counted: Record<string, number> = { walks: 0, transcripts: 0 };
    const broken: string[] = [];
    for (let walk = seed * 10_000; (counted.transcripts ?? 0) < transcriptsWanted[size]; walk++) {
      const desk = openScope();
      try {
        const walked = await walkWithThreeCustomers(desk, walk);
        counted.walks = (counted.walks ?? 0) + 1;
        for (const [what, count] of Object.entries(walked.counted))
          counted[what] = (counted[what] ?? 0) + count;
        broken.push(...walked.broken.map((one) => `walk ${walk}: ${one}`));
      } finally {
        await desk.close();
      }
      if (counted.walks && counted.walks % 20 === 0)
        say(`${counted.walks} walks, ${counted.transcripts} transcripts`);
    }
    for (const [what, count] of Object.entries(counted))
      if (count === 0) broken.push(`the walks say little: nothing was ${what}`);
    return { counted, broken };
  },
};
