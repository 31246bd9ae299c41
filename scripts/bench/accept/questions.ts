import { z } from 'zod';
import { doors } from './doors.js';

/** What the processes of this area are asked, and answer. */

export const loadQuestion = z.object({
  door: z.enum(doors),
  /** Whether the other side knows the platform, or only JSON. */
  knows: z.boolean(),
  port: z.number(),
  count: z.number(),
  connections: z.number(),
});
export const loadAnswer = z.object({
  ms: z.number(),
  /** Answers that were not 2xx, and the first of them. */
  refused: z.number(),
  first: z.string().optional(),
});

export const bareQuestion = z.object({
  databaseUrl: z.string(),
  table: z.string().regex(/^\w+$/),
  grouped: z.boolean(),
});
export const bareAnswer = z.object({ port: z.number() });
