import type { State } from './state.js';
import type { Department } from './world.js';

export const ROOT = 1;

/** All departments; the root exists without being named. */
export function departmentsOf(state: State): Department[] {
  const root: Department = state.departments.get(String(ROOT)) ?? { id: ROOT, name: '全公司', parentId: 0 };
  return [root, ...[...state.departments.values()].filter(({ id }) => id !== ROOT)];
}

export const parentOf = ({ id, parentId }: Department): number => (id === ROOT ? 0 : (parentId ?? ROOT));

/** The ids of a department and all below it; `undefined` when there is no such department. */
export function subtreeOf(state: State, id: number): Set<number> | undefined {
  const all = departmentsOf(state);
  if (!all.some((department) => department.id === id)) return undefined;
  const found = new Set([id]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const department of all) if (found.has(parentOf(department))) found.add(department.id);
  }
  return found;
}
