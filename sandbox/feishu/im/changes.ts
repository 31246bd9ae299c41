import { object, text } from '../../kernel/shape.js';
import { type Call, type Result, type Route, readJson } from '../api.js';
import { Refusal, refuse } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { readContent } from './content.js';
import { findMessage } from './messages.js';
import { tellUpdate } from './posting.js';
import { presentMessage } from './present.js';

const EDITS_MAX = 20;
const PATCHABLE_MS = 14 * 24 * 60 * 60 * 1000;
const PER_MESSAGE = [{ times: 5, perMs: 1000 }];

const editShape = object({ msg_type: text({ min: 1 }), content: text({ min: 1 }) });
const patchShape = object({ content: text({ min: 1 }) });
const updating = ['im:message', 'im:message:send_as_bot', 'im:message:update'];

/** Editing texts, replacing cards, recalling. Source: 编辑消息, 更新应用发送的消息卡片, 撤回消息. */
export function changeRoutes(tenant: Tenant): Route[] {
  const pattern = '/open-apis/im/v1/messages/:message_id';
  return [
    { method: 'PUT', pattern, scopes: updating, handle: (call) => edit(tenant, call) },
    { method: 'PATCH', pattern, scopes: updating, handle: (call) => patch(tenant, call) },
    {
      method: 'DELETE',
      pattern,
      scopes: ['im:message', 'im:message:send_as_bot', 'im:message:recall'],
      handle: (call) => recall(tenant, call),
    },
  ];
}

function edit(tenant: Tenant, { app, request }: Call): Result {
  const body = readJson(request, editShape);
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  if (body.msg_type !== 'text' && body.msg_type !== 'post')
    refuse(230001, 'only text and post can be edited');
  if (message.type !== 'text' && message.type !== 'post') refuse(230054);
  if (message.author.id !== app.appId) {
    throw new Refusal(230071, 'The operator is not the sender of the message.');
  }
  if (message.edits >= EDITS_MAX) {
    throw new Refusal(230072, 'The message has reached the number of times it can be edited.');
  }
  Object.assign(message, readContent(body.msg_type, body.content, app, tenant.state));
  message.type = body.msg_type;
  message.edits += 1;
  message.updatedAt = tenant.clock.now();
  tenant.state.save(message);
  tellUpdate(tenant, message);
  return { data: presentMessage(message, app, tenant.state) };
}

function patch(tenant: Tenant, { app, request }: Call): Result {
  const body = readJson(request, patchShape);
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  if (!tenant.rates.take(`patch ${message.id}`, PER_MESSAGE).allowed) refuse(230020);
  if (message.type !== 'interactive') refuse(230001, 'This message is NOT a card.');
  if (message.author.id !== app.appId) refuse(230027);
  if (tenant.clock.now() - message.at > PATCHABLE_MS) refuse(230031);
  const { content } = readContent('interactive', body.content, app, tenant.state);
  tenant.cards.patch(message, content);
  return { data: {} };
}

function recall(tenant: Tenant, { app, request }: Call): Result {
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  if (message.author.id !== app.appId) refuse(230026);
  message.recalled = true;
  message.updatedAt = tenant.clock.now();
  tenant.state.save(message);
  tellUpdate(tenant, message, 'recall');
  return { data: {} };
}
