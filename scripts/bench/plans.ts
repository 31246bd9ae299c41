import { z } from 'zod';
import type { Database } from '../../core/storage/database.js';
import type { Asked } from './spy.js';

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
}
const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    Plans: z.array(nodeSchema).optional(),
  }),
);
const explained = z.array(
  z.object({
    Plan: z.intersection(
      nodeSchema,
      z.object({ 'Shared Hit Blocks': z.number(), 'Shared Read Blocks': z.number() }),
    ),
  }),
);

/** What PostgreSQL did for one statement. */
export interface Plan {
  /** Pages of 8 kB looked at. */
  pages: number;
  /** Rows looked at in tables, those that did not fit among them. */
  rows: number;
  /** Its steps with what each found, for people. */
  steps: string;
  /** Tables that were read from end to end. */
  scanned: string[];
}

class RolledBack extends Error {}

/**
 * Asks again for what was asked, and takes it back; undefined for what can not be asked twice, such as an insert under an id that
 * is there by now, and for what reads no table.
 */
export async function planOf(db: Database, { text, values }: Asked): Promise<Plan | undefined> {
  if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) return undefined;
  let found: unknown;
  try {
    await db.transaction(async (tx) => {
      const rows = await tx.query<{ 'QUERY PLAN': unknown }>(
        `explain (analyze, buffers, timing off, format json) ${text}`,
        values ?? [],
      );
      found = rows[0]?.['QUERY PLAN'];
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) return undefined;
  }
  const [top] = explained.parse(found);
  if (!top) return undefined;
  const nodes = allOf(top.Plan);
  const tables = nodes.filter(
    (node) => node['Relation Name'] !== undefined && !/Modify/.test(node['Node Type']),
  );
  return {
    pages: top.Plan['Shared Hit Blocks'] + top.Plan['Shared Read Blocks'],
    rows: tables.reduce((sum, node) => sum + rowsOf(node), 0),
    steps: nodes.map(stepOf).join(' · '),
    scanned: tables.flatMap((node) =>
      node['Node Type'].includes('Seq Scan') ? [node['Relation Name'] ?? ''] : [],
    ),
  };
}

const allOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(allOf)];

const rowsOf = (node: Node): number =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

function stepOf(node: Node): string {
  const on = node['Index Name'] ?? node['Relation Name'];
  return `${node['Node Type']}${on ? ` ${on}` : ''} (${Math.round(rowsOf(node))})`;
}
