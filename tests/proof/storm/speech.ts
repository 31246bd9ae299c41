/** Who says what in a storm, and when they go on. */
import type { chances } from '../../chance.js';
import type { Agent } from './agents.js';
import type { Customer } from './customers.js';
import type { Journal } from './journal.js';
import type { Book } from './said.js';
import type { Cast } from './scene.js';

export interface Speaking {
  book: Book;
  journal: Journal;
  chance: ReturnType<typeof chances>;
}

/** What is said in one round at one enterprise: drawn at once, said meanwhile; everybody waits for their own words. */
export async function speak({ agent, customers }: Cast, speaking: Speaking): Promise<void> {
  const { chance } = speaking;
  const asked = customers.map((customer) => ({
    customer,
    times: chance.number(2),
    phrases: [chance.number(99), chance.number(99)],
  }));
  const answers = customers
    .map((customer) => ({ customer, isAnswered: chance.chance(0.4), phrase: chance.number(99) }))
    .filter(({ isAnswered }) => isAnswered);
  await Promise.all([
    ...asked.map(async ({ customer, times, phrases }) => {
      for (const phrase of phrases.slice(0, times)) await customerSays(customer, phrase, speaking);
    }),
    agentSays(agent, answers, speaking),
  ]);
}

/** When all is well again everybody is still there for each other; and what was only hinted at in vain is heard of now. */
export async function lastWords(
  { agent, customers }: Cast,
  speaking: Pick<Speaking, 'book' | 'journal'>,
): Promise<void> {
  for (const customer of customers) await customerSays(customer, 0, speaking);
  await agentSays(
    agent,
    customers.map((customer) => ({ customer, phrase: 0 })),
    speaking,
  );
}

async function customerSays(
  customer: Customer,
  phrase: number,
  { book, journal }: Pick<Speaking, 'book' | 'journal'>,
): Promise<void> {
  const said = book.writes('customer', customer, phrase);
  await customer.says(said.mark, said.text);
  if (customer.pushedBy === undefined) said.acceptedAt = book.tick();
  else await carried(said, customer.pushedBy, { book, journal });
}

async function agentSays(
  agent: Agent,
  answers: readonly { customer: Customer; phrase: number }[],
  { book, journal }: Pick<Speaking, 'book' | 'journal'>,
): Promise<void> {
  for (const { customer, phrase } of answers) {
    if (!mayAnswer(customer, book)) continue;
    const said = book.writes('agent', customer, phrase);
    await agent.says(customer, said.text);
    await carried(said, agent.app.id, { book, journal });
  }
}

/** Where sends are counted, no more is said than was asked and taken. */
function mayAnswer(customer: Customer, book: Book): boolean {
  if (customer.answersEach === undefined) return true;
  const theirs = book.all.filter((said) => said.customer === customer);
  const asked = theirs.filter(({ by, acceptedAt }) => by === 'customer' && acceptedAt !== undefined).length;
  return theirs.filter(({ by }) => by === 'agent').length < asked * customer.answersEach;
}

/** Whoever speaks over a platform goes on once it was tried; whether it was taken is seen now or later. */
async function carried(
  said: ReturnType<Book['writes']>,
  app: string,
  { book, journal }: Pick<Speaking, 'book' | 'journal'>,
): Promise<void> {
  said.delivery = await journal.carrierAt(app);
  if (journal.isAccepted(said.delivery)) said.acceptedAt ??= book.tick();
}
