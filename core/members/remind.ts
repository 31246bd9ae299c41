import { z } from 'zod';
import { button, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { type Conversation, conversationById } from '../conversations/conversation.js';
import { homeOf } from '../conversations/workplace.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { whenIn } from '../i18n/when.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { memberMailbox, type Timer } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { maySee, queuesFor } from '../queues/queue.js';

const longestMs = 366 * 86_400_000;

/** Reminds the caller, one to one: of a conversation, or of something of their own. */
export const remind = operation({
  name: 'member.remind',
  input: z.object({
    /** "10分钟", "明天9点". */
    when: z.string().trim().min(1).max(40),
    words: z.string().trim().max(500).optional(),
    conversation: z.uuid().optional(),
  }),
  who: ['agent', 'supervisor', 'admin'],
  async run(input, call) {
    const { scene, caller, invocation } = call;
    const { locale, timeZone } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notMember'));
    if (input.conversation && !(await seen(call, input.conversation)))
      return refuse(text(locale, 'error.conversationNotFound'));
    const said = whenIn(input.when, invocation.at, timeZone);
    if (said?.rest !== '') return refuse(text(locale, 'shift.whenUnclear'));
    if (said.at - scene.now > longestMs) return refuse(text(locale, 'shift.whenTooFar'));
    const timer: Timer = { kind: 'remind', words: input.words ?? '', conversationId: input.conversation };
    await setTimer(scene, memberMailbox(caller.id), timer, said.at);
    const at = formatTime(said.at, { timeZone, locale, now: scene.now });
    return done(text(locale, 'shift.remindSet', { at }));
  },
});

/** "什么时候提醒？" */
export const remindWhen = operation({
  name: 'member.remindWhen',
  input: z.object({ conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    if (!(await seen(call, input.conversation)))
      return refuse(text(call.scene.tenant.locale, 'error.conversationNotFound'));
    await showPanel(call, remindPanel, input);
    return done();
  },
});

const choices = ['ten', 'hour', 'tomorrow'] as const;

export const remindPanel = panel({
  name: 'remind',
  asked: z.object({ conversation: z.uuid() }),
  async view({ db, tenant }, _, asked) {
    const { locale } = tenant;
    const conversation = await conversationById(db, tenant.id, asked.conversation);
    if (!conversation) return undefined;
    const line = (id: 'when' | 'words', maxLength: number) => ({
      id,
      kind: 'line' as const,
      label: text(locale, `shift.remind.${id}`),
      placeholder: text(locale, `shift.remind.${id}Placeholder`),
      required: id === 'when',
      maxLength,
      value: '',
      options: [],
    });
    return {
      title: text(locale, 'shift.remindTitle'),
      tag: `${conversation.code ?? ''} ${await customerName(db, tenant.id, conversation.customerId)}`.trim(),
      inputs: [line('when', 40), line('words', 500)],
      submit: [button(text(locale, 'shift.remindSubmit'), remind.name, asked)],
      buttons: choices.map((one) => {
        const when = text(locale, `shift.remindIn.${one}`);
        return button(when, remind.name, { ...asked, when });
      }),
    };
  },
});

/** The conversation if the caller may see it. */
async function seen({ scene, caller }: Call, id: string): Promise<Conversation | undefined> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, id);
  if (!conversation || !caller || conversation.ownerId === caller.id) return caller && conversation;
  const queues = await queuesFor(scene.tx, scene.tenant.id, caller.id);
  const queue = queues.find((one) => one.id === conversation.queueId);
  return queue && maySee(queue, caller) ? conversation : undefined;
}

/** The time has come. What was said of a conversation comes with whose it is, and whether it has ended meanwhile. */
export async function remindNow(
  scene: Scene,
  memberId: string,
  { words, conversationId }: Extract<Timer, { kind: 'remind' }>,
): Promise<void> {
  const { locale } = scene.tenant;
  const to = await homeOf(scene, memberId);
  if (!to) return;
  const conversation =
    conversationId === undefined
      ? undefined
      : await conversationById(scene.tx, scene.tenant.id, conversationId);
  const lines = [
    conversation
      ? text(locale, conversation.state === 'closed' ? 'shift.remindClosed' : 'shift.remindOf', {
          code: conversation.code ?? '',
          customer: await customerName(scene.tx, scene.tenant.id, conversation.customerId),
        })
      : text(locale, 'shift.remindNow'),
    ...(words === '' ? [] : [words]),
  ];
  await enqueue(scene, { kind: 'tell', to, text: lines.join('\n') });
}
