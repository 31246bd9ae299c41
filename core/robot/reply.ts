import {
  type Conversation,
  change,
  conversationOfMessage,
  subjectOf,
} from '../conversations/conversation.js';
import { handOver } from '../conversations/hand-over.js';
import type { Content } from '../conversations/message.js';
import { sayToCustomer } from '../conversations/transcript.js';
import { text } from '../i18n/texts.js';
import type { RobotReply } from '../pipeline/entry.js';
import { happened, type Scene } from '../pipeline/scene.js';

/** After so many questions in a row that it could not answer, the robot calls a person by itself. */
const missesMax = 2;

/**
 * What the robot found comes back to the conversation. If somebody else has begun to answer since it was asked (a person
 * claimed, the customer was handed over, the conversation closed), its epoch has risen and the answer is dropped.
 */
export async function robotReplies(
  scene: Scene,
  result: { messageId: string; reply: RobotReply },
  epoch: number,
): Promise<void> {
  const conversation = await conversationOfMessage(scene.tx, scene.tenant.id, result.messageId);
  if (conversation?.state !== 'robot' || conversation.epoch !== epoch) return;
  const { reply } = result;
  if (reply.kind === 'answer') {
    await says(scene, conversation, reply.content);
    await happened(scene, {
      kind: 'robot.answered',
      subject: subjectOf(conversation.id),
      data: { articleId: reply.articleId, question: reply.question, messageId: result.messageId },
    });
    if (conversation.misses > 0) await change(scene, conversation, { misses: 0 });
    return;
  }
  const misses = conversation.misses + 1;
  const missed = await change(
    scene,
    conversation,
    { misses },
    {
      kind: 'robot.missed',
      data: { messageId: result.messageId, suggestions: reply.kind === 'unsure' ? reply.suggestions : [] },
    },
  );
  if (misses >= missesMax) {
    await handOver(scene, missed, 'unknown');
    return;
  }
  await says(scene, missed, honestly(scene, reply));
}

/** Says that it does not know; offers the nearest questions it can answer, and a person. */
function honestly(scene: Scene, reply: Exclude<RobotReply, { kind: 'answer' }>): Content {
  const locale = scene.tenant.locale;
  const person = { label: text(locale, 'robot.handOver'), say: text(locale, 'robot.handOver') };
  if (reply.kind === 'unknown')
    return { type: 'text', text: text(locale, 'robot.unknown'), choices: [person] };
  return {
    type: 'text',
    text: text(locale, 'robot.unsure'),
    choices: [...reply.suggestions.map((question) => ({ label: question, say: question })), person],
  };
}

async function says(scene: Scene, conversation: Conversation, content: Content): Promise<void> {
  await sayToCustomer(scene, conversation, {
    author: { kind: 'robot', name: scene.tenant.robotName },
    content,
  });
}
