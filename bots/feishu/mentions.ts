import { z } from 'zod';
import { storable } from '../../core/text/storable.js';
import type { FeishuCredentials } from './credentials.js';
import { optionalId } from './fields.js';

const mentionSchema = z.object({
  key: z.string(),
  name: z.string().catch(''),
  mentioned_type: z.string().optional().catch(undefined),
  id: z.object({ open_id: optionalId }).catch({ open_id: undefined }),
});

/** A list that may be missing or null; what is no mention in it is left out. */
export const mentionsSchema = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((list) => (list ?? []).flatMap((one) => mentionSchema.safeParse(one).data ?? []));

/** Who is meant by the placeholders (`@_user_1`) in a message's texts. */
export interface Mentions {
  /** Whether our bot is among them. */
  addressed: boolean;
  /** The text as its readers saw it: people by name, our own bot left out. */
  named(text: string): string;
}

/**
 * An app may not know its own open_id when it reads (it is asked for over the network); then any bot that was mentioned
 * counts as ours: a group's message comes to us because we were mentioned in it.
 */
export function mentionsOf(list: z.infer<typeof mentionsSchema>, { botOpenId }: FeishuCredentials): Mentions {
  const isOurs = (mention: (typeof list)[number]) =>
    botOpenId ? mention.id.open_id === botOpenId : mention.mentioned_type === 'bot';
  const words = new Map(
    list.map((mention) => [mention.key, isOurs(mention) ? '' : `@${storable(mention.name)}`]),
  );
  words.set('@_all', '@所有人');
  return {
    addressed: list.some(isOurs),
    named: (text) =>
      text.replace(/(@_user_\d+|@_all)( ?)/g, (whole, key: string, space: string) => {
        const word = words.get(key);
        return word === undefined ? whole : word === '' ? '' : word + space;
      }),
  };
}
