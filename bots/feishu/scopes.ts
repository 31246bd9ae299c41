/** What the app has to be granted, as Feishu's console calls it. `im:message.group_msg` is only for queues shown in topics. */
export const feishuScopes = [
  'im:message',
  'im:message:send_as_bot',
  'im:message.p2p_msg:readonly',
  'im:message.group_at_msg:readonly',
  'im:message.group_msg',
  'im:resource',
  'contact:contact.base:readonly',
  'contact:user.base:readonly',
] as const;

export const feishuEvents = [
  'im.message.receive_v1',
  'im.message.recalled_v1',
  'application.bot.menu_v6',
  'contact.user.updated_v3',
  'contact.user.deleted_v3',
] as const;

export const feishuCallbacks = ['card.action.trigger'] as const;
