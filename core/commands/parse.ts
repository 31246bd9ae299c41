import { type CommandName, commandNames, namesOf } from './command.js';

/** A command line taken apart. `nearest` is what an unknown name was probably meant to be. */
export type CommandLine =
  | { kind: 'command'; name: CommandName; words: string }
  | { kind: 'unknown'; typed: string; nearest?: string };

/** "/claim A3", "／认领 A3". Undefined for what is no command: "//" begins a note, and a path or a date is just text. */
export function parseCommand(text: string): CommandLine | undefined {
  const match = /^[/／](?![/／\s])(\S*)\s*([\s\S]*)$/u.exec(seen(text));
  if (!match) return undefined;
  const [, typed = '', words = ''] = match;
  const name = byName(typed);
  if (name) return { kind: 'command', name, words: words.trim() };
  return { kind: 'unknown', typed, nearest: nearestTo(typed) };
}

/** `// text` and `／／text` begin a note; the words behind it. */
export function parseNote(text: string): string | undefined {
  const match = /^[/／]{2}\s*([\s\S]*)$/u.exec(seen(text));
  return match?.[1];
}

/** Without the blanks around it and the signs in front that nobody sees (a zero-width space pasted along). */
const seen = (text: string): string => text.replace(/^[\s\p{Cf}]+/u, '').trim();

function byName(typed: string): CommandName | undefined {
  const lower = typed.toLowerCase();
  return commandNames.find((name) => namesOf(name).includes(lower));
}

function nearestTo(typed: string): string | undefined {
  const lower = typed.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const name of commandNames.flatMap(namesOf)) {
    const distance = editDistance(lower, name);
    const near =
      distance <= Math.max(1, Math.floor(name.length / 3)) || (lower.length >= 2 && name.startsWith(lower));
    // A name of one sign is near to any other.
    if (near && distance < name.length && (!best || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** Optimal string alignment: insertions, deletions, substitutions and swapped neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      row[j] = cost;
    }
  }
  return at(a.length, b.length);
}
