import type { Reply, Request } from '../kernel/http.js';

/** One channel's stand-in: the wire it speaks to the product, and its customers' phones. */
export interface Channel {
  /** Answers the product or a browser, or `undefined` when the path is not its own. */
  answer(request: Request): Promise<Reply> | undefined;
  /** Merges its part of a world file. @throws Misshapen, or Error with what is wrong in it */
  load(world: unknown): void;
  /** What it holds, without secrets. */
  world(): object;
  expireTokens(app: string): number;
  /** The addresses it calls: `{app, url, verified, problem?}`. */
  urls(): object[];
  close(): void;
}
