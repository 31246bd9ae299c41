import { list, object, optional, type Shaped, text } from '../kernel/shape.js';

const id = text({ min: 1, max: 200 });
const address = text({ min: 3, max: 254 });

export const worldShape = object({
  /** The mailboxes that the product opens: who writes there waits for an answer of the house. */
  accounts: optional(list(object({ address, name: id, password: text({ min: 1 }) }))),
  /** People outside, each with a mailbox and a webmail page. */
  customers: optional(list(object({ id, name: id, address }))),
});

export type Account = NonNullable<Shaped<typeof worldShape>['accounts']>[number];
export type Customer = NonNullable<Shaped<typeof worldShape>['customers']>[number];
