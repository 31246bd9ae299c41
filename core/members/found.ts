import type { FoundPerson } from '../ports/bot.js';

/** So many departments are looked into, and so many people kept: it is a search by an administrator, not a synchronisation. */
const departmentsMax = 60;
const peopleMax = 30;

/**
 * People whose name holds some words, on platforms that list departments and not names: one department after the other,
 * from the top.
 */
export async function searchDepartments<Department>(
  words: string,
  {
    first,
    below,
    people,
  }: {
    first: Department[];
    below(department: Department): Promise<Department[]>;
    people(department: Department): Promise<FoundPerson[]>;
  },
): Promise<FoundPerson[]> {
  const found = new Map<string, FoundPerson>();
  const wanted = words.toLowerCase();
  const waiting = [...first];
  for (let looked = 0; looked < departmentsMax && found.size < peopleMax; looked++) {
    const department = waiting.shift();
    if (department === undefined) break;
    for (const person of await people(department))
      if (person.name.toLowerCase().includes(wanted)) found.set(person.id, person);
    waiting.push(...(await below(department)));
  }
  return [...found.values()].slice(0, peopleMax);
}
