import { alertQuota } from '../alerts/connections.js';
import { commands, type Meaning, type Quoted } from '../commands/command.js';
import { type CommandLine, parseCommand, parseNote } from '../commands/parse.js';
import { contentOf } from '../conversations/content-of.js';
import { type Conversation, conversationById, conversationsBefore } from '../conversations/conversation.js';
import type { Content } from '../conversations/message.js';
import { text } from '../i18n/texts.js';
import type { Invocation } from '../operations/operation.js';
import type { Operations } from '../operations/registry.js';
import { enqueue } from '../outbox/enqueue.js';
import type { StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';
import type { Inbound, InboundClick, InboundMessage } from '../ports/inbound.js';
import { wantsPerson } from '../robot/wants-person.js';
import { directorySays } from './directory.js';
import { holdDraft } from './draft.js';
import { call, type DirectPlace, type Hearing } from './hearing.js';
import { type Member, memberIn, setFocus, settleIn } from './member.js';
import { codedIn, conversationOfTopic, quotedIn, shownOthersSince, withNews } from './pointing.js';
import { reworded, tookBack } from './second-thoughts.js';
import { targetOf } from './target.js';

/** Something a member said or did, in their own mailbox: works out what it means for whom, and passes it on. */
export async function hear(
  scene: Scene,
  operations: Operations,
  from: { memberId: string; workspaceId: string; callId: string },
  event: Inbound,
): Promise<void> {
  const member = await memberIn(scene.tx, scene.tenant.id, from.memberId, from.workspaceId);
  if (!member) return;
  const at = Math.min(event.at, scene.now);
  if (event.kind === 'directory') return directorySays(scene, member, from.workspaceId, event.change);
  // Who left is heard no more; but a click waits for an answer, and is refused.
  if (member.departed)
    return event.kind === 'click' ? refuseClick(scene, operations, from, event, at) : undefined;
  await noteWhere(scene, member, from.workspaceId);
  const hearing: Hearing = {
    scene,
    operations,
    member,
    workspaceId: from.workspaceId,
    callId: from.callId,
    at,
  };
  const direct: DirectPlace = {
    kind: 'direct',
    workspaceId: from.workspaceId,
    memberId: member.id,
    reply: event.kind === 'message' ? event.reply : undefined,
  };
  if (event.kind === 'click') {
    await call(
      hearing,
      event.operation,
      { ...event.arguments, ...event.form },
      { kind: 'click', workspaceId: from.workspaceId, on: { messageId: event.messageId, card: event.card } },
      event.phase,
    );
  } else if (event.kind === 'command') {
    const line = parseCommand(event.text);
    const appearance = { source: from.workspaceId, externalId: event.id };
    if (line) await command(hearing, line, direct, { appearance });
  } else if (event.kind === 'message') {
    if (event.chat?.kind === 'group') await inGroup(hearing, event);
    else await oneToOne(hearing, event, direct);
  } else if (event.kind === 'recall') {
    await tookBack(hearing, event, direct);
  } else if (event.kind === 'edit') {
    await reworded(hearing, event, direct);
  } else if (event.kind === 'trouble') {
    await heardNothing(scene, direct);
  }
}

/** What they said came without its content: they are told, and so is who can do something about it. */
async function heardNothing(scene: Scene, place: DirectPlace): Promise<void> {
  await enqueue(scene, { kind: 'tell', to: place, text: text(scene.tenant.locale, 'alert.quotaLost') });
  const [workspace] = await scene.tx.query<{ id: string; name: string }>(
    'select id, name from workspaces where tenant_id = $1 and id = $2',
    [scene.tenant.id, place.workspaceId],
  );
  if (workspace) await alertQuota(scene, workspace);
}

function refuseClick(
  scene: Scene,
  operations: Operations,
  from: { memberId: string; workspaceId: string; callId: string },
  event: InboundClick,
  at: number,
): Promise<void> {
  const invocation: Invocation = {
    id: from.callId,
    operation: event.operation,
    actor: { kind: 'member', id: from.memberId },
    input: { ...event.arguments, ...event.form },
    origin: { kind: 'click', workspaceId: from.workspaceId },
    at,
  };
  return operations.refuse(scene, invocation, text(scene.tenant.locale, 'error.notAllowed'));
}

/** Customers' words follow a member from one platform to another; a workspace that only asks and answers is no place for them. */
async function noteWhere(scene: Scene, member: Member, workspaceId: string): Promise<void> {
  if (member.workspaceId === workspaceId || member.departed) return;
  const [workspace] = await scene.tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [scene.tenant.id, workspaceId],
  );
  if (scene.platforms.get(workspace?.platform ?? '')?.abilities.work)
    await settleIn(scene.tx, scene.tenant.id, member.id, workspaceId);
}

/** In a topic everything is about its conversation: the owner's words go to the customer, everybody else's are notes. */
async function inGroup(hearing: Hearing, event: InboundMessage): Promise<void> {
  const { scene, member, workspaceId } = hearing;
  const here = await conversationOfTopic(scene, workspaceId, event);
  const words = wordsOf(event);
  const line = parseCommand(words);
  const appearance = appearanceOf(hearing, event);
  const said = { here, appearance, picture: pictureOf(event) };
  if (!here) {
    const chat: StaffPlace = { kind: 'chat', workspaceId, chat: event.chat?.id ?? '', reply: event.reply };
    if (!event.chat?.addressed) return;
    if (line) await command(hearing, line, chat, said);
    else if (words.trim() !== '')
      await call(
        hearing,
        'knowledge.ask',
        { question: words.trim().slice(0, 500) },
        { kind: 'typed', place: chat },
      );
    return;
  }
  const place: StaffPlace = { kind: 'topic', workspaceId, conversationId: here.id };
  if (line) {
    const quoted =
      line.kind === 'command' && line.name === 'undo' ? await quotedIn(scene, workspaceId, event) : undefined;
    return command(hearing, line, place, { ...said, quoted: quoted ?? undefined });
  }
  const noted = parseNote(words);
  const isReply = noted === undefined && here.ownerId === member.id;
  const content: Content =
    noted === undefined || said.picture ? contentOf(event) : { type: 'text', text: noted };
  await call(
    hearing,
    isReply ? 'conversation.reply' : 'conversation.note',
    {
      conversation: here.id,
      content,
      quotes: (await quotedIn(scene, workspaceId, event))?.messageId,
      appearance: said.appearance,
    },
    { kind: 'typed', place },
    undefined,
    here,
  );
  if (noted === undefined && here.state === 'waiting') {
    const hint = text(scene.tenant.locale, 'command.notedUnclaimed');
    await enqueue(scene, { kind: 'tell', to: place, text: hint });
  }
}

async function oneToOne(hearing: Hearing, event: InboundMessage, place: DirectPlace): Promise<void> {
  const { scene, member, workspaceId } = hearing;
  const words = wordsOf(event);
  const picture = pictureOf(event);
  const appearance = appearanceOf(hearing, event);
  const quote = await quotedIn(scene, workspaceId, event);
  const line = parseCommand(words);
  if (line) return command(hearing, line, place, { appearance, picture, quoted: quote });
  const noted = parseNote(words);
  if (noted !== undefined) {
    const here = quote ? await conversationById(scene.tx, scene.tenant.id, quote.conversationId) : undefined;
    return command(hearing, { kind: 'command', name: 'note', words: noted.trim() }, place, {
      here,
      appearance,
      picture,
    });
  }

  const atHand = await conversationsBefore(scene.tx, scene.tenant.id, member.id);
  const mine = atHand.filter((one) => one.ownerId === member.id);
  const offered = atHand.flatMap((one) => (one.offeredTo === member.id ? [one.offeredAt ?? 0] : []));
  const coded = await codedIn(scene, words);
  const target = targetOf({
    quoted: quote === null ? null : quote?.conversationId,
    coded: coded === null ? null : coded?.conversation.id,
    focus: member.focus,
    open: await withNews(scene, member.id, mine),
    othersShown: mine.length > 1 && (await shownOthersSince(scene, member.id, mine, member.focus?.at ?? 0)),
    offeredAt: offered.length > 0 ? Math.max(...offered) : undefined,
    now: scene.now,
  });
  if (target.kind === 'nobody') return picture ? undefined : toNobody(hearing, words, place);
  const isCoded = coded && target.kind === 'conversation' && target.id === coded.conversation.id && !picture;
  const content: Content = isCoded ? { type: 'text', text: coded.rest } : contentOf(event);
  if (target.kind === 'doubt') {
    await holdDraft(scene, member.id, { content, place, appearance }, target);
    return;
  }
  const turned = target.by === 'focus' || target.by === 'only';
  if (turned) setFocus(scene.tx, scene.tenant.id, member.id, target.id, hearing.at);
  await call(
    hearing,
    'conversation.reply',
    {
      conversation: target.id,
      content,
      quotes: quote?.messageId,
      appearance,
      echo: mine.length > 1 && (!turned || (await addressedLast(scene, member.id, mine)) !== target.id),
    },
    { kind: 'typed', place },
    undefined,
    mine.find(({ id }) => id === target.id),
  );
}

/** Which of their conversations a member's last words went to, if to any. */
async function addressedLast(
  scene: Scene,
  memberId: string,
  mine: readonly Conversation[],
): Promise<string | undefined> {
  const [row] = await scene.tx.query<{ conversation_id: string }>(
    `select conversation_id from messages
      where tenant_id = $1 and conversation_id = any($2) and author_id = $3 and audience = 'customer'
      order by number desc limit 1`,
    [scene.tenant.id, mine.map((one) => one.id), memberId],
  );
  return row?.conversation_id;
}

/** Nobody is being served: an employee asks the knowledge base; an agent may be in the wrong chat and is told so. */
async function toNobody(hearing: Hearing, words: string, place: StaffPlace): Promise<void> {
  const isEmployee = hearing.member.role === 'employee';
  if (isEmployee && words.trim() !== '' && !wantsPerson(words)) {
    return call(hearing, 'knowledge.ask', { question: words.slice(0, 500) }, { kind: 'typed', place });
  }
  const key = !isEmployee
    ? 'command.noConversation'
    : wantsPerson(words)
      ? 'command.noPerson'
      : 'command.noMenu';
  await enqueue(hearing.scene, { kind: 'tell', to: place, text: text(hearing.scene.tenant.locale, key) });
}

async function command(
  hearing: Hearing,
  line: CommandLine,
  place: StaffPlace,
  said: {
    here?: Conversation;
    quoted?: Quoted | null;
    appearance: { source: string; externalId: string };
    /** Of a rich text whose words are the command, which has been obeyed already. */
    picture?: Content;
  },
): Promise<void> {
  const { scene, member, operations } = hearing;
  const meaning = await meaningOf(line);
  if (said.picture) {
    if ('say' in meaning || !('content' in meaning.input)) return;
    const input = { ...meaning.input, content: said.picture, echo: false };
    return call(hearing, meaning.operation, input, { kind: 'typed', place });
  }
  if ('say' in meaning) await enqueue(scene, { kind: 'tell', to: place, text: meaning.say });
  else await call(hearing, meaning.operation, meaning.input, { kind: 'typed', place });

  async function meaningOf(typed: CommandLine): Promise<Meaning> {
    const { locale } = scene.tenant;
    if (typed.kind === 'unknown') {
      return {
        say: typed.nearest
          ? text(locale, 'command.didYouMean', { command: typed.typed, suggestion: typed.nearest })
          : text(locale, 'command.unknown', { command: typed.typed }),
      };
    }
    const known = commands[typed.name];
    if (!operations.allows(known.operation, member.role)) {
      return {
        say: text(locale, 'command.notAllowed', { command: text(locale, `command.${typed.name}.name`) }),
      };
    }
    const { here, quoted, appearance } = said;
    return known.read(typed.words, { scene, member, here, quoted, appearance });
  }
}

const appearanceOf = (hearing: Hearing, event: InboundMessage) => ({
  source: hearing.workspaceId,
  externalId: event.id,
});

/** The words that say for whom a message is meant: its own, or those that the rich text it is part of began with. */
const wordsOf = (event: InboundMessage): string => (event.type === 'text' ? event.text : event.lead) ?? '';

const pictureOf = (event: InboundMessage): Content | undefined =>
  event.lead === undefined ? undefined : contentOf(event);
