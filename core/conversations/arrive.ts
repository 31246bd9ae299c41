import { isBlocked, tellBlocked } from '../customers/block.js';
import { calledNow, learn } from '../customers/customer.js';
import { keepPages } from '../customers/facts.js';
import type { Identity } from '../customers/identity.js';
import { redrawForCustomer } from '../customers/redraw.js';
import { text } from '../i18n/texts.js';
import { rememberAppearance } from '../outbox/appearance.js';
import { identityMailbox } from '../pipeline/entry.js';
import { ask, type Scene } from '../pipeline/scene.js';
import type { Inbound, InboundMessage } from '../ports/inbound.js';
import { isCourtesy, smallTalk } from '../robot/small-talk.js';
import { wantsPerson } from '../robot/wants-person.js';
import { callPerson } from './ask-person.js';
import { answerThanks, isFresh, reopen, tellReopened } from './come-back.js';
import { contentOf } from './content-of.js';
import {
  type Conversation,
  identityWithOpen,
  latestConversationOf,
  news,
  open,
  wrote,
} from './conversation.js';
import { customerRewords, customerTakesBack } from './customer-changes.js';
import { elsewhere } from './elsewhere.js';
import { greet } from './greet.js';
import { handOver } from './hand-over.js';
import type { CustomerMessage } from './message.js';
import { sendPostponed } from './postpone.js';
import { tookRating } from './rate.js';
import { customerOpens } from './reply-window.js';
import { heardFromCustomer, sayToCustomer } from './transcript.js';
import { didNotArrive } from './undelivered.js';
import { watch } from './watch.js';
import { relayToStaff } from './workplace.js';

/** Something a customer said or did, in their own mailbox. */
export async function arrive(scene: Scene, identityId: string, event: Inbound): Promise<void> {
  const found = await identityWithOpen(scene.tx, scene.tenant.id, identityId);
  if (!found) throw new Error(`There is no identity ${identityId}`);
  const { identity } = found;
  if (event.kind === 'message' || event.kind === 'visit') await customerOpens(scene, identity, event);
  if (event.kind === 'recall') await customerTakesBack(scene, identity, event);
  if (event.kind === 'edit') await customerRewords(scene, identity, event);
  if (event.kind === 'facts' && (await learn(scene, identity, event.profile)))
    await redrawForCustomer(scene, identity.id);
  if (event.kind === 'pages') await keepPages(scene, identity.id, event.pages);
  if (event.kind === 'visit' && !isBlocked(scene, identity)) {
    // A menu entry that stands for words is as good as these.
    if (event.says) await said(scene, found, { ...event, kind: 'message', type: 'text', text: event.says });
    else await greet(scene, identity, event);
  }
  if (event.kind === 'message') {
    if (isBlocked(scene, identity)) await keepUnseen(scene, identity, event);
    else await said(scene, found, event);
  }
  if (event.kind === 'receipt' && event.status === 'read') await hasRead(scene, identity);
  if (event.kind === 'receipt' && event.status === 'failed') await didNotArrive(scene, identity, event);
  if (event.kind === 'elsewhere') await elsewhere(scene, identity, event);
}

async function said(
  scene: Scene,
  { identity, open: found }: { identity: Identity; open?: Conversation },
  event: InboundMessage,
): Promise<void> {
  const isNews = await learn(scene, identity, event.profile);
  if (!found && (await tookRating(scene, identity, event))) return;
  const closed = found ? undefined : await freshlyClosed(scene, identity);
  const isThanks = closed !== undefined && event.type === 'text' && isCourtesy(event.text ?? '');
  const reopened = closed && !isThanks ? await reopen(scene, closed) : undefined;
  const conversation = found ?? reopened ?? (isThanks ? closed : await open(scene, identity));
  const message = await hears(scene, identity, conversation, event, calledNow(identity, event.profile));
  if (isThanks) return answerThanks(scene, conversation, wordsOf(message));
  if (reopened) await tellReopened(scene, reopened);
  if (isNews) await redrawForCustomer(scene, identity.id);
  const changed = await wrote(scene, conversation, 'customer');
  // It was put aside, and goes on.
  if (conversation.heldUntil !== undefined) await watch(scene, changed);
  if (changed.state === 'robot' && event.machine) await handOver(scene, changed, 'machine');
  else if (changed.state === 'robot') await robotHears(scene, changed, message);
  else if (changed.state === 'waiting' && !event.machine && wantsPerson(wordsOf(message)))
    await callPerson(scene, changed);
  else await relayToStaff(scene, changed, message);
  await sendPostponed(scene, identity, changed);
}

/** Writes down what they said, and what their side calls it. */
async function hears(
  scene: Scene,
  identity: Identity,
  conversation: Conversation,
  event: InboundMessage,
  name: string,
): Promise<CustomerMessage> {
  const message = heardFromCustomer(scene, conversation, {
    content: contentOf(event),
    name,
    quotes: await quotedMessage(scene, identity, event),
  });
  rememberAppearance(scene, identity.accountId, event.id, message);
  return message;
}

async function freshlyClosed(scene: Scene, { id }: Identity): Promise<Conversation | undefined> {
  const latest = await latestConversationOf(scene.tx, scene.tenant.id, id);
  return latest && (await isFresh(scene, latest)) ? latest : undefined;
}

/** What somebody writes who is blocked is kept with what they said before; nobody is shown it, and nobody answers. */
async function keepUnseen(scene: Scene, identity: Identity, event: InboundMessage): Promise<void> {
  const conversation =
    (await latestConversationOf(scene.tx, scene.tenant.id, identity.id)) ?? (await open(scene, identity));
  await hears(scene, identity, conversation, event, identity.customer.name);
  await tellBlocked(scene, identity, conversation);
}

/** The robot's turn: what needs no thought is answered at once, the rest is a task. */
async function robotHears(scene: Scene, conversation: Conversation, message: CustomerMessage): Promise<void> {
  const words = wordsOf(message);
  if (wantsPerson(words)) return callPerson(scene, conversation);
  if (message.content.type !== 'text')
    return robotSays(scene, conversation, text(scene.tenant.locale, 'robot.unreadable'));
  const talk = smallTalk(words);
  if (talk)
    return robotSays(scene, conversation, text(scene.tenant.locale, `robot.talk.${talk}`, robotIs(scene)));
  await ask(scene, {
    mailbox: identityMailbox(conversation.identityId),
    kind: 'robot.answer',
    input: { messageId: message.id, question: words },
    epoch: conversation.epoch,
  });
  news(scene, conversation, 'typing');
}

const robotIs = (scene: Scene) => ({ tenant: scene.tenant.name, robot: scene.tenant.robotName });

async function robotSays(scene: Scene, conversation: Conversation, words: string): Promise<void> {
  await sayToCustomer(scene, conversation, {
    author: { kind: 'robot', name: scene.tenant.robotName },
    content: { type: 'text', text: words },
  });
}

const wordsOf = (message: CustomerMessage): string =>
  message.content.type === 'text' ? message.content.text : '';

/** Our id of the message a customer quotes, named by their side's id or by ours; only ever one of their own conversations. */
async function quotedMessage(
  scene: Scene,
  identity: Identity,
  event: InboundMessage,
): Promise<string | undefined> {
  if (!event.quote) return undefined;
  const [row] = await scene.tx.query<{ id: string }>(
    `select m.id from messages m
       join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id and c.identity_id = $2
      where m.tenant_id = $1 and m.audience = 'customer' and (m.id::text = $4 or m.id = (
        select message_id from appearances where tenant_id = $1 and source = $3 and external_id = $4))`,
    [scene.tenant.id, identity.id, identity.accountId, event.quote.id],
  );
  return row?.id;
}

async function hasRead(scene: Scene, identity: Identity): Promise<void> {
  await scene.tx.query(
    `update identities set read_up_to = (
       select coalesce(max(m.revision), read_up_to) from messages m
         join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
        where c.tenant_id = $1 and c.identity_id = $2 and m.audience = 'customer' and m.at <= $3)
      where tenant_id = $1 and id = $2`,
    [scene.tenant.id, identity.id, new Date(scene.now)],
  );
}
