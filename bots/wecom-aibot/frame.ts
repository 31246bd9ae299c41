import { z } from 'zod';
import { anything, id, parseJson } from './fields.js';

/**
 * One message of the long connection: `{cmd, headers: {req_id}, body}`. What answers another one has its req_id, no `cmd`,
 * and says how it went. Source: developer.work.weixin.qq.com, 智能机器人长连接.
 */
const frameSchema = z.object({
  cmd: z.string().optional(),
  headers: z.object({ req_id: id }),
  body: anything,
  errcode: z.number().optional(),
  errmsg: z.string().optional().catch(undefined),
});
export type Frame = z.infer<typeof frameSchema>;

export const frameIn = (body: Buffer | string): Frame | undefined =>
  frameSchema.safeParse(parseJson(body.toString('utf8'))).data;

/** What WeCom sends us. */
export const callbacks = ['aibot_msg_callback', 'aibot_event_callback'] as const;

export type Command =
  | 'aibot_subscribe'
  | 'ping'
  | 'aibot_respond_welcome_msg'
  | 'aibot_respond_msg'
  | 'aibot_respond_update_msg'
  | 'aibot_send_msg'
  | 'aibot_upload_media_init'
  | 'aibot_upload_media_chunk'
  | 'aibot_upload_media_finish';

export const frameText = (cmd: Command, reqId: string, body?: object): string =>
  JSON.stringify({ cmd, headers: { req_id: reqId }, ...(body && { body }) });
