import { type Locale, text } from '../i18n/texts.js';
import { formatWaited } from '../i18n/time.js';
import type { Scene } from '../pipeline/scene.js';
import { isCourtesy } from '../robot/small-talk.js';
import { onlyWantsPerson } from '../robot/wants-person.js';
import type { Tenant } from '../tenant.js';
import { oneLine, shorten } from '../text/shorten.js';
import { type Conversation, type Reads, subjectOf } from './conversation.js';
import type { CustomerMessage, Note } from './message.js';
import { standingOf } from './standing.js';
import { messagesUntil, writeNote } from './transcript.js';
import { contentWords } from './words.js';
import { relayToTopics } from './workplace.js';

/** How a conversation stands, made by rule from what was said: what whoever takes it over has to know first. */
export interface HandoverBrief {
  asked: string[];
  /** What the robot made of it, and what people answered last. */
  tried: string[];
  /** What the customer was told to expect. */
  promised: string[];
  /** Their own words for how they feel. */
  mood: string[];
  /** How long they have waited for an answer; undefined when they have one. */
  waits?: string;
}

const looksBack = 60;
const lineLength = 100;

const promises =
  /明天|今天(?:内|之内)|(?:小时|分钟|工作日|天)(?:内|之内|左右)|稍后|马上(?:为您|给您)|会(?:为您|给您|尽快|在)|尽快|给您(?:回电|回复|补发|退款|申请)|为您(?:补发|退款|申请|安排|登记)|一定|保证|\b(?:will|i'll|we'll|within|tomorrow|promise|refund you)\b/iu;
const moods =
  /生气|气死|愤怒|投诉|差评|举报|曝光|失望|骗子?|欺骗|垃圾|太慢|太差|受不了|忍不了|无语|着急|很急|急用|催|等了?(?:很|太|这么|好)久|12315|律师|起诉|\b(?:angry|upset|furious|terrible|awful|ridiculous|disappointed|urgent|complain(?:t)?|lawyer|scam)\b/giu;

export async function handoverBriefOf(
  { db, tenant, now }: { db: Reads; tenant: Tenant; now: number },
  conversation: Conversation,
): Promise<HandoverBrief> {
  const { locale } = tenant;
  const said = await messagesUntil(db, { tenantId: tenant.id, id: conversation.id }, now, looksBack);
  const standing = await standingOf(db, tenant.id, conversation);
  const customers = said.filter((one) => one.author.kind === 'customer');
  const agents = said.filter((one) => one.author.kind === 'agent' && one.audience === 'customer');
  const asked = customers.filter(({ content }) => content.type !== 'text' || asks(content.text));
  const [first] = asked;
  const answer = agents.at(-1);
  return {
    asked: [...new Set([first, ...asked.slice(-2)].filter((one) => one !== undefined))].map((one) =>
      lineOf(locale, one),
    ),
    tried: [
      ...(await triedBy({ db, tenant }, conversation)),
      ...(answer ? [text(locale, 'shift.answeredLast', { words: lineOf(locale, answer) })] : []),
    ],
    promised: agents
      .map((one) => lineOf(locale, one))
      .filter((words) => promises.test(words))
      .slice(-2),
    mood: [...new Set(customers.flatMap((one) => contentWords(locale, one.content).match(moods) ?? []))],
    waits: standing.waits ? formatWaited(now - standing.since, locale) : undefined,
  };
}

const asks = (words: string): boolean => !isCourtesy(words) && !onlyWantsPerson(words);

const lineOf = (locale: Locale, { content }: CustomerMessage | Note): string =>
  shorten(oneLine(contentWords(locale, content)), lineLength);

/** Its parts with their names, those that say something. */
export function briefFacts(locale: Locale, brief: HandoverBrief): { label: string; value: string }[] {
  const facts = [
    { label: text(locale, 'shift.asked'), value: brief.asked.join(' / ') },
    { label: text(locale, 'shift.tried'), value: brief.tried.join(' / ') },
    { label: text(locale, 'shift.promised'), value: brief.promised.join(' / ') },
    { label: text(locale, 'shift.mood'), value: brief.mood.join(' · ') },
    { label: text(locale, 'shift.waits'), value: brief.waits ?? '' },
  ];
  return facts.filter(({ value }) => value !== '');
}

/** Leaves a note of how things stand, for whoever takes it; among staff, like every note. */
export async function noteHandover(scene: Scene, conversation: Conversation): Promise<void> {
  const { tenant, now } = scene;
  const brief = await handoverBriefOf({ db: scene.tx, tenant, now }, conversation);
  const facts = briefFacts(tenant.locale, brief).map(({ label, value }) => `${label}：${value}`);
  if (facts.length === 0) return;
  const words = [text(tenant.locale, 'shift.handoverNote'), ...facts].join('\n');
  const note = writeNote(scene, conversation, {
    author: { kind: 'robot', name: tenant.robotName },
    content: { type: 'text', text: words },
  });
  await relayToTopics(scene, conversation, note);
}

/** What the robot made of each question: the article it answered with, or that it could not. */
export async function triedBy(
  { db, tenant }: { db: Reads; tenant: Tenant },
  conversation: Conversation,
): Promise<string[]> {
  const rows = await db.query<{ kind: string; question: string | null; asked: string | null }>(
    `select e.kind, e.data ->> 'question' as question, m.content ->> 'text' as asked
       from events e left join messages m on m.tenant_id = e.tenant_id and m.id = (e.data ->> 'messageId')::uuid
      where e.tenant_id = $1 and e.subject = $2 and e.kind in ('robot.answered', 'robot.missed')
      order by e.id desc limit 5`,
    [tenant.id, subjectOf(conversation.id)],
  );
  return rows
    .reverse()
    .map(({ kind, question, asked }) =>
      kind === 'robot.answered'
        ? text(tenant.locale, 'card.triedAnswered', { question: question ?? '' })
        : text(tenant.locale, 'card.triedMissed', { question: asked ?? '' }),
    );
}
