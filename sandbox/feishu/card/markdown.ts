import { codes, type Walk } from './walk.js';

const TABLES_PER_COMPONENT_MAX = 4;

/** Checks what a card's Markdown may not do: name people or images that do not exist, or draw too many tables. */
export function readMarkdown(content: string, path: string, walk: Walk): void {
  const text = content.replace(/```[\s\S]*?(```|$)/g, '').replace(/`[^`\n]*`/g, '');
  for (const [tag] of text.matchAll(/<(?:at|person)\b[^>]*>/g)) readPerson(tag, path, walk);
  for (const [, key] of text.matchAll(/!\[[^\]]*\]\(([^)\s]*)\)/g)) walk.image(key ?? '', path);
  const tables = countTables(text);
  walk.tables += tables;
  if (tables > TABLES_PER_COMPONENT_MAX) {
    walk.report(
      codes.tooMany,
      path,
      `card table number over limit: ${tables} in one markdown, at most ${TABLES_PER_COMPONENT_MAX}`,
    );
  }
}

function readPerson(tag: string, path: string, walk: Walk): void {
  const found = /\b(id|ids|email)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/.exec(tag);
  const value = (found?.[2] ?? found?.[3] ?? found?.[4] ?? '').replace(/\/$/, '');
  const mail = found?.[1] === 'email';
  const ids = found?.[1] === 'ids' ? value.split(',').map((id) => id.trim()) : [value];
  for (const id of ids) if (id !== 'all' && !(mail && id.includes('@'))) walk.person(mail ? '' : id, path);
}

/** A table is a line of dashes and bars under a line with bars. */
function countTables(text: string): number {
  const lines = text.split('\n');
  return lines.filter((line, index) => {
    const head = lines[index - 1];
    return (
      head?.includes('|') && line.includes('|') && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(line)
    );
  }).length;
}
