import { z } from 'zod';

/** What the peer's process is asked, and answers. */
export const peerQuestion = z.object({
  state: z.enum(['postgres', 'redis']),
  url: z.string(),
  /** Where answers are posted. */
  answerTo: z.string(),
  secret: z.string(),
  says: z.string(),
});
export const peerAnswer = z.object({ port: z.number() });
