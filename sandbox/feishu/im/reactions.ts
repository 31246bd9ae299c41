import { object, text } from '../../kernel/shape.js';
import { type Call, page, type Result, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { authorId } from '../users.js';
import type { App, Author, Message, Reaction } from '../world.js';
import { chatOf, findMessage } from './messages.js';
import { tellUpdate } from './posting.js';

const reacting = ['im:message', 'im:message.reactions:write_only'];
const shape = object({ reaction_type: object({ emoji_type: text({ min: 1, max: 50 }) }) });

/** Emoji on messages. Source: 添加消息表情回复, 获取消息表情回复, 删除消息表情回复. */
export function reactionRoutes(tenant: Tenant): Route[] {
  const pattern = '/open-apis/im/v1/messages/:message_id/reactions';
  return [
    { method: 'POST', pattern, scopes: reacting, handle: (call) => add(tenant, call) },
    {
      method: 'GET',
      pattern,
      scopes: ['im:message', 'im:message:readonly', 'im:message.reactions:read'],
      handle: (call) => list(tenant, call),
    },
    {
      method: 'DELETE',
      pattern: `${pattern}/:reaction_id`,
      scopes: reacting,
      handle: (call) => remove(tenant, call),
    },
  ];
}

export const reactionsOf = (tenant: Tenant, message: string): Reaction[] =>
  [...tenant.state.reactions.values()].filter((reaction) => reaction.message === message);

/** Somebody puts an emoji on a message; the same one twice is one. */
export function react(tenant: Tenant, message: Message, emoji: string, by: Author): Reaction {
  const same = reactionsOf(tenant, message.id).find(
    (other) => other.emoji === emoji && other.by.id === by.id,
  );
  if (same) return same;
  const reaction = { id: tenant.ids.reaction(), message: message.id, emoji, by, at: tenant.clock.now() };
  tenant.state.reactions.put(reaction.id, reaction);
  tellUpdate(tenant, message);
  for (const app of chatOf(tenant, message).apps) tenant.events.reaction(app, reaction, 'created');
  return reaction;
}

export function unreact(tenant: Tenant, message: Message, reaction: Reaction): void {
  tenant.state.reactions.delete(reaction.id);
  tellUpdate(tenant, message);
  for (const app of chatOf(tenant, message).apps) tenant.events.reaction(app, reaction, 'deleted');
}

function present(tenant: Tenant, reaction: Reaction, app: App): Record<string, unknown> {
  const bot = reaction.by.kind === 'bot';
  return {
    reaction_id: reaction.id,
    operator: {
      operator_id: bot ? reaction.by.id : authorId(reaction.by, app, tenant.state),
      operator_type: bot ? 'app' : 'user',
    },
    action_time: String(reaction.at),
    reaction_type: { emoji_type: reaction.emoji },
  };
}

function add(tenant: Tenant, { app, request }: Call): Result {
  const { reaction_type } = readJson(request, shape);
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  const reaction = react(tenant, message, reaction_type.emoji_type, { kind: 'bot', id: app.appId });
  return { data: present(tenant, reaction, app) };
}

function list(tenant: Tenant, { app, request }: Call): Result {
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  const wanted = request.query.get('reaction_type');
  const all = reactionsOf(tenant, message.id).filter((reaction) => !wanted || reaction.emoji === wanted);
  const { items, ...rest } = page(request, all, { size: 20, max: 50 });
  return { data: { ...rest, items: items.map((reaction) => present(tenant, reaction, app)) } };
}

function remove(tenant: Tenant, { app, request }: Call): Result {
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  const reaction = tenant.state.reactions.get(request.params.reaction_id ?? '');
  if (reaction?.message !== message.id) throw new Refusal(231007, 'The reaction_id is invalid.');
  if (reaction.by.id !== app.appId)
    throw new Refusal(231002, 'The operator has no permission to the reaction.');
  unreact(tenant, message, reaction);
  return { data: present(tenant, reaction, app) };
}
