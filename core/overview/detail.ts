import { z } from 'zod';
import type { PanelButton, PanelInput, PanelRow } from '../cards/card.js';
import { type Looking, statusOf, urgencyOf } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import type { Conversation } from '../conversations/conversation.js';
import { givenLately } from '../conversations/giving.js';
import { giveBack, takeOver } from '../conversations/reassign.js';
import { whisper } from '../conversations/whisper.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatTime, formatWaited } from '../i18n/time.js';
import type { Member } from '../members/member.js';
import { done, operation, refuse } from '../operations/operation.js';
import { authorOf, marksOf, wordsOf } from '../search/line-words.js';
import { linesOf } from '../search/lines.js';
import { conversationInSight, sightOf } from '../search/visible.js';
import { shorten, withoutDirectionMarks } from '../text/shorten.js';

const about = z.object({ conversation: z.uuid() });

const linesShown = 4;
const lineLength = 120;

/** One conversation before a supervisor: how it stands, what was said last, and what they can do about it. */
export const detailPanel = panel({
  name: 'oversee',
  asked: about,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    const conversation = await conversationInSight(db, tenant.id, reader, asked.conversation);
    if (!conversation || reader.role === 'agent' || reader.role === 'employee')
      return { title: text(locale, 'error.conversationNotFound') };
    const urgency = urgencyOf(conversation, now);
    const whispers = conversation.state === 'active' && conversation.ownerId !== reader.id;
    return {
      title: await customerName(db, tenant.id, conversation.customerId),
      tag: conversation.code ?? '',
      tone: urgency === 'late' ? 'attention' : urgency === 'soon' ? 'warning' : 'accent',
      status: await statusOf(looking, conversation),
      facts: await factsOf(looking, reader, conversation),
      rows: await rowsOf(looking, reader, conversation),
      empty: text(locale, 'search.logEmpty'),
      inputs: whispers ? [whisperInput(looking)] : [],
      submit: whispers
        ? [button(text(locale, 'overview.button.whisper'), whisper.name, { conversation: conversation.id })]
        : [],
      buttons: await buttonsOf(looking, reader, conversation),
    };
  },
});

async function factsOf(
  looking: Looking,
  reader: Member,
  conversation: Conversation,
): Promise<Shown['facts']> {
  const { locale } = looking.tenant;
  const { customerWroteAt, ownerWroteAt, state, queueId } = conversation;
  const queue = (await sightOf(looking.db, looking.tenant.id, reader)).queues.find(
    ({ id }) => id === queueId,
  );
  const unanswered = state === 'active' && (customerWroteAt ?? 0) > (ownerWroteAt ?? 0);
  return [
    { label: text(locale, 'card.label.queue'), value: queue?.name ?? '' },
    ...(unanswered
      ? [
          {
            label: text(locale, 'overview.customerWaits'),
            value: formatWaited(looking.now - (customerWroteAt ?? looking.now), locale),
          },
        ]
      : []),
  ];
}

async function rowsOf(
  { db, tenant, now }: Looking,
  reader: Member,
  { id }: Conversation,
): Promise<PanelRow[]> {
  const { locale, timeZone } = tenant;
  const part = { tenantId: tenant.id, conversationId: id, readerId: reader.id, customerOnly: false };
  const lines = await linesOf(db, part, linesShown);
  return lines.map((line) => ({
    title: `${authorOf(locale, line)} · ${formatTime(line.at, { timeZone, locale, now })}`,
    detail: marksOf(locale, line).join(' · '),
    text: shorten(withoutDirectionMarks(wordsOf(locale, reader, line).words), lineLength),
    tone: line.kind === 'note' || line.kind === 'whisper' ? 'warning' : 'default',
    buttons: [],
  }));
}

const whisperInput = ({ tenant: { locale } }: Looking): PanelInput => ({
  ...{ id: 'words', kind: 'lines', label: text(locale, 'overview.whisper'), value: '', options: [] },
  ...{ placeholder: text(locale, 'overview.whisperLike'), required: true, maxLength: 1_000 },
});

async function buttonsOf(
  { db, tenant, now }: Looking,
  reader: Member,
  conversation: Conversation,
): Promise<PanelButton[]> {
  const { locale } = tenant;
  const { id, epoch, state, ownerId } = conversation;
  const isOpen = state === 'active' || state === 'waiting';
  const isTheirs = state === 'active' && ownerId === reader.id;
  const undoable = isOpen && (await givenLately({ db, tenantId: tenant.id, now }, conversation, reader.id));
  const sure = { title: text(locale, 'card.confirm.close'), text: text(locale, 'card.confirm.closeText') };
  const mine = {
    title: text(locale, 'overview.sureTakeOver'),
    text: text(locale, 'overview.sureTakeOverText'),
  };
  const args = { conversation: id };
  return [
    ...(undoable ? [button(text(locale, 'overview.button.undo'), giveBack.name, args)] : []),
    ...(isOpen && !isTheirs
      ? [
          button(
            text(locale, 'overview.button.takeOver'),
            takeOver.name,
            { ...args, epoch },
            { style: 'positive', confirm: mine },
          ),
        ]
      : []),
    ...(isOpen ? [button(text(locale, 'overview.button.reassign'), 'conversation.offerReassign', args)] : []),
    button(text(locale, 'card.button.log'), 'conversation.log', args),
    ...(isOpen
      ? [
          button(text(locale, 'card.button.close'), 'conversation.close', args, {
            style: 'destructive',
            confirm: sure,
          }),
        ]
      : []),
  ];
}

/** Shows a supervisor one conversation. */
export const oversee = operation({
  name: 'conversation.oversee',
  input: about,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    if (!caller || !(await conversationInSight(scene.tx, scene.tenant.id, caller, input.conversation)))
      return refuse(text(scene.tenant.locale, 'error.conversationNotFound'));
    await showPanel(call, detailPanel, input);
    return done();
  },
});
