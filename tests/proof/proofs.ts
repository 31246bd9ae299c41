import { again } from './again.js';
import { cardsTrue } from './cards-true.js';
import { oneOwner } from './one-owner.js';
import type { Proof } from './proof.js';
import { robotAndPerson } from './robot-and-person.js';
import { storm } from './storm.js';
import { tenantsApart } from './tenants-apart.js';
import { wrongPerson } from './wrong-person.js';

/** All proofs there are, in the order of the report. */
export const proofs: readonly Proof[] = [
  storm,
  oneOwner,
  cardsTrue,
  wrongPerson,
  robotAndPerson,
  tenantsApart,
  again,
];
