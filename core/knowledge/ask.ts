import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { type Locale, text } from '../i18n/texts.js';
import { done, operation } from '../operations/operation.js';
import { originPlace } from '../operations/origin.js';
import { enqueue } from '../outbox/enqueue.js';
import type { StaffPlace } from '../outbox/place.js';
import { memberMailbox, type RobotReply } from '../pipeline/entry.js';
import { ask, type Scene } from '../pipeline/scene.js';

/** A member's own question. Its answer is shown to them alone and reaches no customer. */
export const askKnowledge = operation({
  name: 'knowledge.ask',
  input: z.object({ question: z.string().trim().min(1).max(500) }),
  who: ['employee', 'agent', 'supervisor', 'admin'],
  async run(input, call) {
    const place = originPlace(call);
    if (place && call.caller) {
      await ask(call.scene, {
        mailbox: memberMailbox(call.caller.id),
        kind: 'member.answer',
        input: { place, question: input.question },
        epoch: 0,
      });
    }
    return done();
  },
});

/** The answer has been found, or not: shows it where it was asked. */
export async function showAnswer(
  scene: Scene,
  memberId: string,
  result: { place: StaffPlace; question: string; reply: RobotReply },
): Promise<void> {
  const { place, question, reply } = result;
  if (await isStreamed(scene, place)) {
    await enqueue(scene, { kind: 'tell', to: place, text: answerInWords(scene.tenant.locale, reply) });
    return;
  }
  await postCard(scene, {
    subject: `member:${memberId}`,
    template: 'answer',
    audience: `member:${memberId}`,
    place,
    data: { question, reply },
  });
}

/** Where an answer grows before its reader's eyes, it is words and no card. */
async function isStreamed(scene: Scene, { workspaceId }: StaffPlace): Promise<boolean> {
  const [workspace] = await scene.tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [scene.tenant.id, workspaceId],
  );
  return scene.platforms.get(workspace?.platform ?? '')?.abilities.streaming ?? false;
}

function answerInWords(locale: Locale, reply: RobotReply): string {
  if (reply.kind === 'answer' && reply.content.type === 'text')
    return `${reply.content.text}\n\n${text(locale, 'card.label.source')}：${reply.question}`;
  const others = reply.kind === 'unsure' ? reply.suggestions.map((one) => `· ${one}`) : [];
  return [text(locale, 'card.answerNotFound'), ...others].join('\n');
}
