import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { oneToOne } from '../operations/origin.js';
import { enqueue } from '../outbox/enqueue.js';
import { conversationInSight } from './visible.js';

/** Sends the caller a conversation as a file, one to one. What is in it is worked out when it is sent (`export-file.ts`). */
export const exportLog = operation({
  name: 'conversation.export',
  input: z.object({
    conversation: z.uuid(),
    /** A page to read and print, or the same for machines. */
    format: z.enum(['html', 'json']).default('html'),
  }),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const conversation =
      caller && (await conversationInSight(scene.tx, scene.tenant.id, caller, input.conversation));
    const to = oneToOne(call);
    if (!conversation || !to) return refuse(text(locale, 'error.conversationNotFound'));
    await enqueue(scene, {
      kind: 'tell',
      to,
      text: text(locale, 'search.exported', { code: conversation.code ?? '' }),
      file: { conversation: conversation.id, format: input.format, member: caller.id },
    });
    return done(text(locale, 'search.exporting'));
  },
});
