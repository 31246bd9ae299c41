import { z } from 'zod';
import { parseJson } from './fields.js';
import { inert } from './text.js';

/**
 * What the courier keeps for whoever asks for a stream (`said:<key of the stream>`): the words, ready to be shown, and a
 * card; `key` is that of the send. Words alone, as they were said, will do too.
 */
const saidSchema = z.object({
  key: z.string(),
  content: z.string(),
  card: z.record(z.string(), z.unknown()).optional(),
});
export type Said = z.infer<typeof saidSchema>;

export const writeSaid = (said: Said): string => JSON.stringify(said);

export const saidIn = (value: string): Omit<Said, 'key'> & { key?: string } =>
  saidSchema.safeParse(parseJson(value)).data ?? { content: inert(value) };
