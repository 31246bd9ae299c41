/** Waits before an event that was not acknowledged comes again. DingTalk says that it does, and not how often. */
export const EVENT_RETRY_AFTER_MS = [60_000, 5 * 60_000, 60 * 60_000];

/** The documents say robot messages are not sent again; field reports of 2026 saw them once more, after a minute. */
export const ROBOT_RETRY_AFTER_MS = [60_000];
