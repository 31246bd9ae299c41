import { z } from 'zod';
import { storable } from '../../core/text/storable.js';

const text = z.string().transform(storable);

/** A part of a letter: stored already, or why it was not taken. */
const file = z.union([
  z.object({
    type: z.enum(['image', 'file', 'voice', 'video']),
    mediaId: z.string().min(1),
    name: text.optional(),
  }),
  z.object({ kept: z.literal(false), name: text, why: z.enum(['size', 'kind', 'empty']) }),
]);

/**
 * A mail as `pull` hands it to `read`: opened, its files stored, what was quoted folded away. Opening takes its time and
 * needs somewhere to put the files; what it means is decided by `read`, which is pure.
 */
export const letterSchema = z.object({
  kind: z.literal('letter'),
  /** The Message-ID without its brackets, or a hash where there is none. */
  id: z.string().min(1).max(1000).transform(storable),
  from: z.object({ address: z.string().min(1).max(320).transform(storable), name: text.optional() }),
  at: z.number(),
  subject: text.optional(),
  /** Message-IDs of what it answers, the nearest first. */
  answers: z.array(z.string()).default([]),
  /** Who else it was addressed to. */
  others: z.array(text).default([]),
  /** What is new in it. */
  text: text.default(''),
  files: z.array(file).default([]),
  /** Why it is taken for a machine's, if it is. */
  machine: z.string().optional(),
  /** Too many of this sender came within the hour. */
  flood: z.boolean().optional(),
  /** What speaks against its sender. */
  doubt: z.enum(['spam', 'forged']).optional(),
  /** It is longer than is fetched: the files are missing. */
  cut: z.boolean().optional(),
});

/** A mail server says that a letter of ours did not arrive. */
export const bounceSchema = z.object({
  kind: z.literal('bounce'),
  id: z.string().min(1).max(1000).transform(storable),
  at: z.number(),
  /** Whom it was for. */
  person: z.string().min(1).max(320).transform(storable),
  /** Message-IDs of ours. */
  about: z.array(z.string().min(1).max(1000)).min(1),
  reason: text,
});

/** The mailbox's own mail, or one that says nothing to us. */
export const otherSchema = z.object({
  kind: z.string(),
  id: z.string().optional(),
  at: z.number().optional(),
});

export type Letter = z.infer<typeof letterSchema>;
export type Bounce = z.infer<typeof bounceSchema>;
export type LetterFile = Letter['files'][number];
