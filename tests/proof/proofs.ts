import { cardsTrue } from './cards-true.js';
import type { Proof } from './proof.js';
import { robotAndPerson } from './robot-and-person.js';
import { storm } from './storm.js';

/** All proofs there are, in the order of the report. */
export const proofs: readonly Proof[] = [storm, cardsTrue, robotAndPerson];
