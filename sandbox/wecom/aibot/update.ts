import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import { refuseBadCard } from '../message/send.js';
import { refuse } from '../refusal.js';
import type { Aibot, Turn } from '../world.js';

const WITHIN_MS = 5_000;

/** The answer to a press: another card, for those named or for all of the chat. Source: 被动回复消息 (更新模版卡片). */
export function updateCard(corp: Corp, _bot: Aibot, turn: Turn, body: Record<string, unknown>): void {
  if (turn.kind !== 'card') refuse(846605, 'only a template_card_event is answered with a card update');
  if (turn.answered) refuse(846605, 'the event was answered before');
  if (corp.clock.now() - turn.at > WITHIN_MS) refuse(846605, 'later than 5 s after the event');
  if (body.response_type !== 'update_template_card') refuse(40008, 'response_type');
  const { template_card: card, userids } = body;
  if (!isRecord(card)) refuse(40063, 'template_card is empty');
  refuseBadCard(card, 'aibot-update');
  if (turn.taskId && card.task_id !== turn.taskId) refuse(42014, `task_id must be ${turn.taskId}`);
  const message = corp.state.message(turn.message ?? '');
  const everybody = corp.state.chats.get(turn.chat)?.people ?? [];
  const meant = Array.isArray(userids) && userids.length > 0 ? named(corp, userids.map(String)) : everybody;
  turn.answered = true;
  corp.state.turns.put(turn.id, turn);
  if (message)
    corp.cards.replaceCard(
      message,
      meant.filter((person) => everybody.includes(person)),
      card,
    );
}

const named = ({ state }: Corp, ids: readonly string[]): string[] =>
  ids.flatMap((id) => (state.byOpenUserId(id) ?? state.byUserId(id))?.id ?? []);
