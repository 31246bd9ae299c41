import { z } from 'zod';
import { button, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { whenIn } from '../i18n/when.js';
import { done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { type Conversation, change, conversationById } from './conversation.js';
import { sayToCustomer } from './transcript.js';
import { watch, watchAt } from './watch.js';
import { workplaceOf } from './workplace.js';

/** Who says no time means a while. */
const usualMs = 2 * 3_600_000;
const longestMs = 30 * 86_400_000;

const about = z.object({ conversation: z.uuid() });

/**
 * Puts a conversation aside: nobody is hurried about it, and its customer is told so once. It goes on when either side
 * writes, or when the time has come, of which the owner is reminded.
 */
export const hold = operation({
  name: 'conversation.hold',
  input: about.extend({
    /** "30分钟", "明天9点". */
    when: z.string().trim().max(40).optional(),
    /** For colleagues. */
    reason: z.string().trim().max(200).optional(),
    /** To the customer, instead of the usual words. */
    words: z.string().trim().max(500).optional(),
  }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller, invocation }) {
    const { tenant } = scene;
    const { locale, timeZone } = tenant;
    const conversation = await conversationById(scene.tx, tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
    if (conversation.state !== 'active' || conversation.ownerId !== caller.id)
      return refuse(text(locale, 'error.notYourConversation'));
    const said = input.when ? whenIn(input.when, invocation.at, timeZone) : undefined;
    if (input.when && said?.rest !== '') return refuse(text(locale, 'shift.whenUnclear'));
    const until = said?.at ?? scene.now + usualMs;
    if (until <= scene.now || until - scene.now > longestMs) return refuse(text(locale, 'shift.whenTooFar'));
    const isNew = conversation.heldUntil === undefined;
    const held = await change(
      scene,
      conversation,
      { heldUntil: until },
      { kind: 'conversation.held', actor: caller.id, data: { until, reason: input.reason || undefined } },
    );
    await watchAt(scene, held, until);
    if (isNew || input.words)
      await sayToCustomer(scene, held, {
        author: { kind: 'system' },
        content: { type: 'text', text: input.words || text(locale, 'conversation.held') },
      });
    return done(
      text(locale, 'shift.held', {
        code: held.code ?? '',
        until: formatTime(until, { timeZone, locale, now: scene.now }),
      }),
    );
  },
});

/** "取消挂起". */
export const resume = operation({
  name: 'conversation.resume',
  input: about,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller }) {
    const { locale } = scene.tenant;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!caller || conversation?.ownerId !== caller.id)
      return refuse(text(locale, 'error.notYourConversation'));
    if (conversation.heldUntil === undefined) return refuse(text(locale, 'shift.notHeld'));
    const resumed = await change(
      scene,
      conversation,
      { heldUntil: null },
      { kind: 'conversation.resumed', actor: caller.id },
    );
    await watch(scene, resumed);
    return done(text(locale, 'shift.resumed', { code: resumed.code ?? '' }));
  },
});

/** "挂起多久？" */
export const holdWhen = operation({
  name: 'conversation.holdWhen',
  input: about,
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (conversation?.state !== 'active' || conversation.ownerId !== caller?.id)
      return refuse(text(scene.tenant.locale, 'error.notYourConversation'));
    await showPanel(call, holdPanel, input);
    return done();
  },
});

/** For so long people usually put something aside. */
const choices = ['half', 'two', 'morning'] as const;

export const holdPanel = panel({
  name: 'hold',
  asked: about,
  async view({ db, tenant, now }, reader, asked) {
    const { locale, timeZone } = tenant;
    const conversation = await conversationById(db, tenant.id, asked.conversation);
    if (!conversation || conversation.ownerId !== reader.id || conversation.state !== 'active')
      return { title: text(locale, 'shift.holdTitle'), told: text(locale, 'error.notYourConversation') };
    const held = conversation.heldUntil;
    const line = (id: 'when' | 'reason' | 'words', maxLength: number, required = false) => ({
      id,
      kind: 'line' as const,
      label: text(locale, `shift.hold.${id}`),
      placeholder: text(locale, `shift.hold.${id}Placeholder`),
      required,
      maxLength,
      value: '',
      options: [],
    });
    return {
      title: text(locale, 'shift.holdTitle'),
      tag: `${conversation.code ?? ''} ${await customerName(db, tenant.id, conversation.customerId)}`.trim(),
      status:
        held === undefined
          ? ''
          : text(locale, 'shift.heldUntil', { until: formatTime(held, { timeZone, locale, now }) }),
      told: text(locale, 'shift.holdTold'),
      inputs: [line('when', 40), line('reason', 200), line('words', 500)],
      submit: [button(text(locale, 'shift.holdSubmit'), hold.name, asked)],
      buttons: [
        ...choices.map((one) => {
          const when = text(locale, `shift.holdFor.${one}`);
          return button(when, hold.name, { ...asked, when });
        }),
        ...(held === undefined ? [] : [button(text(locale, 'card.button.resume'), resume.name, asked)]),
      ],
    };
  },
});

/** The time has come: it goes on, and its owner is reminded where they work. */
export async function holdIsOver(scene: Scene, conversation: Conversation): Promise<Conversation> {
  const { locale } = scene.tenant;
  const resumed = await change(
    scene,
    conversation,
    { heldUntil: null },
    { kind: 'conversation.resumed', data: { by: 'time' } },
  );
  const to = resumed.ownerId && (await workplaceOf(scene, resumed, resumed.ownerId));
  if (to) {
    const customer = await customerName(scene.tx, scene.tenant.id, resumed.customerId);
    const words = text(locale, 'shift.holdIsOver', { code: resumed.code ?? '', customer });
    await enqueue(scene, { kind: 'tell', to, text: words });
  }
  return resumed;
}
