import type { ZodType } from 'zod';
import type { StaffPlace } from '../outbox/place.js';
import type { Scene } from '../pipeline/scene.js';

export type Role = 'employee' | 'agent' | 'supervisor' | 'admin';

/** Who calls: a member, or a customer speaking of their own conversation. */
export type Actor = { kind: 'member'; id: string } | { kind: 'customer'; identityId: string };

/**
 * How an operation was called, which decides how its outcome is told: a click is answered by the card it was on (and a
 * word in passing), what was typed by a reply where it was typed; what a queue assigned speaks for itself.
 */
export type Origin =
  /** `on`: the card that was pressed, by its message's id or, on a page, by ours. */
  | { kind: 'click'; workspaceId: string; on?: { messageId?: string; card?: string } }
  | { kind: 'typed'; place: StaffPlace }
  | { kind: 'assigned' }
  /** One of many that a single call asked for; a panel counts what became of them. */
  | { kind: 'batch' }
  | { kind: 'customer' };

/** One call. `id` is the same for every delivery of the click or message that caused it. */
export interface Invocation {
  id: string;
  operation: string;
  actor: Actor;
  input: unknown;
  origin: Origin;
  /** When they did it, as far as their platform tells, in epoch milliseconds; it may lie well before it is handled. */
  at: number;
  /** The phase the conversation has to be in still, where it was decided on in one. */
  phase?: string;
}

/** What became of a call, in words for the one who called. Kept, so that a repeat is answered like the first time. */
export interface Outcome {
  ok: boolean;
  /** Nothing is said where the effect speaks for itself. */
  say?: string;
}

/** The member who calls, as they stand now. */
export interface Caller {
  id: string;
  name: string;
  role: Role;
}

export interface Call {
  scene: Scene;
  invocation: Invocation;
  /** Undefined when a customer calls. */
  caller: Caller | undefined;
}

/**
 * One verb of Imdesk, defined once: buttons, commands and whatever calls later go through this. Permission, audit and
 * idempotency are the registry's; `run` holds what the verb means.
 */
export interface Definition<Input> {
  name: string;
  input: ZodType<Input>;
  /** The roles that may call it; 'customer' stands for the customer of the conversation themself. */
  who: readonly (Role | 'customer')[];
  /** Whose mailbox it has to run in: the conversation it changes, or (undefined) the caller's own. */
  conversation?(input: Input): string | undefined;
  /**
   * Calling it turns the caller to that conversation: what they type next is meant for it. That counts from the moment
   * they call, not from its success, so that words typed meanwhile never reach the customer before.
   */
  focuses?: boolean;
  /** It changes nothing and only shows the caller something, so it may be asked for again and again. */
  shows?: boolean;
  /** Fields that the audit row names and does not hold: what is kept sealed elsewhere. */
  hides?: readonly string[];
  /** Undefined: the call was passed on under the same id, and whoever runs it there says what it came to. */
  run(input: Input, call: Call): Promise<Outcome | undefined>;
}

/** A definition with its input's type sealed in, so that all of them fit one registry. */
export interface Operation {
  readonly name: string;
  readonly input: ZodType;
  readonly who: readonly (Role | 'customer')[];
  readonly shows: boolean;
  readonly hides: readonly string[];
  /** The call with its input checked; or the name of the first field that is wrong. */
  prepare(input: unknown): Prepared | { wrong: string };
}

export interface Prepared {
  wrong?: undefined;
  conversation: string | undefined;
  focuses: boolean;
  run(call: Call): Promise<Outcome | undefined>;
}

export const operation = <Input>(definition: Definition<Input>): Operation => ({
  name: definition.name,
  input: definition.input,
  who: definition.who,
  shows: definition.shows ?? false,
  hides: definition.hides ?? [],
  prepare(given) {
    const input = definition.input.safeParse(given);
    if (!input.success) return { wrong: input.error.issues[0]?.path.join('.') || '?' };
    return {
      conversation: definition.conversation?.(input.data),
      focuses: definition.focuses ?? false,
      run: (call) => definition.run(input.data, call),
    };
  },
});

export const done = (say?: string): Outcome => ({ ok: true, say });
export const refuse = (say: string): Outcome => ({ ok: false, say });
