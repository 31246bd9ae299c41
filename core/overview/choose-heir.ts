import { z } from 'zod';
import type { Looking } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import type { Conversation } from '../conversations/conversation.js';
import { reassign } from '../conversations/reassign.js';
import { isOpenBetween } from '../conversations/transfer.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { colleaguesWithRoom } from '../members/load.js';
import { done, operation, refuse } from '../operations/operation.js';
import { conversationInSight, type Sight, sightOf } from '../search/visible.js';
import { reassignAll } from './batch.js';
import { teammate, teammates } from './people.js';

/** Of one conversation, or of all that a member has. */
const about = z.object({ conversation: z.uuid().optional(), member: z.uuid().optional() });

const colleaguesShown = 40;

/** "改派给谁？" */
export const heirPanel = panel({
  name: 'heir',
  asked: about,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant } = looking;
    const { locale } = tenant;
    if (reader.role !== 'supervisor' && reader.role !== 'admin')
      return { title: text(locale, 'error.notAllowed') };
    const sight = await sightOf(db, tenant.id, reader);
    if (asked.member !== undefined) return ofMember(looking, sight, asked.member);
    const conversation =
      asked.conversation === undefined
        ? undefined
        : await conversationInSight(db, tenant.id, reader, asked.conversation);
    const isOpen = conversation?.state === 'active' || conversation?.state === 'waiting';
    return conversation && isOpen
      ? ofConversation(looking, sight, conversation)
      : { title: text(locale, 'error.conversationNotFound') };
  },
});

async function ofConversation(looking: Looking, sight: Sight, conversation: Conversation): Promise<Shown> {
  const { db, tenant, workable } = looking;
  const { locale } = tenant;
  const here = sight.queues.find(({ id }) => id === conversation.queueId);
  const colleagues = await colleaguesWithRoom(
    db,
    tenant.id,
    conversation.queueId,
    { workable, now: looking.now },
    colleaguesShown,
  );
  const heirs = [
    ...colleagues
      .filter(({ id }) => id !== conversation.ownerId)
      .map((one) => ({
        value: `member:${one.id}`,
        label: text(locale, 'card.colleagueLoad', {
          name: one.name,
          count: one.load,
          capacity: one.capacity,
        }),
      })),
    ...sight.queues
      .filter((one) =>
        one.id === conversation.queueId ? conversation.state === 'active' : isOpenBetween(here, one),
      )
      .map(({ id, name }) => ({
        value: `queue:${id}`,
        label: text(locale, 'overview.toQueue', { queue: name }),
      })),
  ];
  const { id, epoch } = conversation;
  return {
    title: text(locale, 'overview.reassign'),
    tag: conversation.code ?? '',
    status: await customerName(db, tenant.id, conversation.customerId),
    ...form(
      locale,
      heirs,
      button(
        text(locale, 'overview.button.reassign'),
        reassign.name,
        { conversation: id, epoch },
        { style: 'positive' },
      ),
    ),
    buttons: [button(text(locale, 'overview.button.back'), 'conversation.oversee', { conversation: id })],
  };
}

async function ofMember(looking: Looking, sight: Sight, member: string): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const one = await teammate(db, tenant.id, sight, member);
  if (!one) return { title: text(locale, 'overview.noSuchColleague') };
  const colleagues = await teammates(db, tenant.id, sight, { limit: colleaguesShown });
  const heirs = [
    ...sight.queues.map(({ id, name }) => ({
      value: `queue:${id}`,
      label: text(locale, 'overview.toQueue', { queue: name }),
    })),
    ...colleagues
      .filter(({ id, status }) => id !== member && status !== 'off')
      .map(({ id, name }) => ({ value: `member:${id}`, label: name })),
  ];
  const confirm = {
    title: text(locale, 'overview.sureReassignAll', { name: one.name }),
    text: text(locale, 'overview.sureReassignAllText'),
  };
  return {
    title: text(locale, 'overview.reassignAll'),
    tag: one.name,
    told: text(locale, 'overview.reassignAllHint'),
    ...form(
      locale,
      heirs,
      button(
        text(locale, 'overview.button.reassignAll'),
        reassignAll.name,
        { member },
        { style: 'destructive', confirm },
      ),
    ),
    buttons: [button(text(locale, 'overview.button.back'), 'member.oversee', { member })],
  };
}

const form = (
  locale: Looking['tenant']['locale'],
  options: { value: string; label: string }[],
  submit: ReturnType<typeof button>,
): Partial<Shown> =>
  options.length === 0
    ? { empty: text(locale, 'card.transferNobody') }
    : {
        inputs: [
          {
            ...{ id: 'to', kind: 'choice', label: text(locale, 'overview.heir'), value: '', options },
            ...{ placeholder: text(locale, 'overview.heirLike'), required: true, maxLength: 0 },
          },
        ],
        submit: [submit],
      };

/** Asks a supervisor whom to give a conversation to, or all that somebody has. */
export const offerReassign = operation({
  name: 'conversation.offerReassign',
  input: about,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notAllowed'));
    if (
      input.conversation !== undefined &&
      !(await conversationInSight(scene.tx, scene.tenant.id, caller, input.conversation))
    )
      return refuse(text(locale, 'error.conversationNotFound'));
    await showPanel(call, heirPanel, input);
    return done();
  },
});
