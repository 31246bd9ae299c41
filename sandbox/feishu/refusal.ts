/** An API call refused in Feishu's way. `extra` goes into the body's `error` object. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly options: {
      status?: number;
      headers?: Record<string, string>;
      extra?: Record<string, unknown>;
    } = {},
  ) {
    super(message);
  }
}

/** The codes of Feishu's message API that need no further word. Source: the error tables of 发送消息, 回复消息, 编辑消息, 更新卡片. */
const sentences = {
  230001: 'Your request contains an invalid request parameter.',
  230002: 'The bot can not be outside the group.',
  230011: 'The message is recalled.',
  230012: 'Bot is NOT the sender of the message.',
  230013: 'Bot has NO availability to this user.',
  230017: 'Bot is NOT the owner of the resource.',
  230020: 'This operation triggers the frequency limit.',
  230025: 'The length of the message content reaches its limit.',
  230027: 'Lack of necessary permissions.',
  230026: 'No permission to recall this message.',
  230031: 'Message can only be modified within 14 days after sending.',
  230033: 'Get the reading status must be done within 7 days after the message is sent.',
  230034: 'The receive_id is invalid.',
  230054: 'This operation is not supported for this message type.',
  230055: 'The type of file upload does not match the type of message being sent.',
  230071: 'The group to which the message belongs does not support reply in thread.',
  232006: 'Your request specifies a chat_id which is invalid.',
  232011: 'Operator can NOT be out of the chat.',
  234001: 'Invalid request param.',
  234003: 'File not in message.',
  234004: 'App not in chat.',
  234005: 'Image has been deleted',
  234006: 'The file size exceed the max value.',
  234008: 'The app is not the resource sender',
  234010: "File's size can't be 0.",
  234011: "Can't regonnize the image format.",
} as const;

export function refuse(code: keyof typeof sentences, ext?: string): never {
  throw new Refusal(code, ext ? `${sentences[code]} ext=${ext}` : sentences[code]);
}

export const fieldInvalid = (field: string, description: string): Refusal =>
  new Refusal(99992402, 'field validation failed', { extra: { field_violations: [{ field, description }] } });

export function scopeMissing(scopes: readonly string[]): Refusal {
  return new Refusal(
    99991672,
    `Access denied. One of the following scopes is required: [${scopes.join(', ')}]`,
    {
      extra: { permission_violations: scopes.map((subject) => ({ type: 'action_scope_required', subject })) },
    },
  );
}
