import { z } from 'zod';

const second = 1000;

/**
 * The answer to one push: `id` is the message's or event's, the same for each of WeChat's tries; `at` is when the push
 * arrived here. To core it is an opaque string (`InboundMessage.reply`).
 */
const replySchema = z.object({ id: z.string().min(1), at: z.number() });
export type Reply = z.infer<typeof replySchema>;

export const writeReply = (reply: Reply): string => JSON.stringify(reply);

export function replyIn(text: string | undefined): Reply | undefined {
  if (text === undefined) return undefined;
  try {
    return replySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** WeChat hangs up after five seconds; half a second is for the way. */
export const answerWithinMs = 4.5 * second;

/** After how long WeChat has hung up. */
export const hungUpMs = 5.5 * second;

/** It comes so often with the same. Source: 接收普通消息 (总共重试三次). */
export const triesMax = 3;

/** How long after the first push there is still somebody to answer: an account without custom/send holds all the tries. */
export const answerableMs = ({ certified }: { certified: boolean }): number =>
  certified ? answerWithinMs : (triesMax - 1) * 5 * second + answerWithinMs;
