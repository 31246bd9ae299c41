import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { done, operation } from '../operations/operation.js';
import { originPlace } from '../operations/origin.js';
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
  await postCard(scene, {
    subject: `member:${memberId}`,
    template: 'answer',
    audience: `member:${memberId}`,
    place: result.place,
    data: { question: result.question, reply: result.reply },
  });
}
