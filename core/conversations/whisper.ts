import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { namesOf } from './giving.js';
import { directable } from './reassign.js';
import { homeOf } from './workplace.js';

/**
 * A supervisor's word to the owner alone. It is told one to one and kept apart from the messages: no topic, no colleague, no
 * later owner and no customer can come to see it.
 */
export const whisper = operation({
  name: 'conversation.whisper',
  input: z.object({ conversation: z.uuid(), words: z.string().trim().min(1).max(1_000) }),
  who: ['supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const directed = await directable(call, input.conversation);
    if ('refused' in directed) return directed.refused;
    const { conversation, caller } = directed;
    const { ownerId } = conversation;
    if (ownerId === undefined || ownerId === caller.id)
      return refuse(text(locale, 'overview.nobodyToWhisperTo'));
    const home = await homeOf(scene, ownerId);
    if (!home) return refuse(text(locale, 'overview.nobodyToWhisperTo'));
    await scene.tx.query(
      `insert into whispers (tenant_id, id, conversation_id, author_id, to_id, words, at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        ...[scene.tenant.id, scene.ids.next(), conversation.id, caller.id, ownerId],
        ...[input.words, new Date(scene.now)],
      ],
    );
    const names = await namesOf(scene, conversation);
    const words = text(locale, 'overview.whispered', { ...names, from: caller.name, words: input.words });
    await enqueue(scene, { kind: 'tell', to: home, text: words });
    return done(text(locale, 'overview.whisperSent', names));
  },
});
