import { z } from 'zod';
import { type Locale, locales, text } from '../i18n/texts.js';
import type { Role } from '../operations/operation.js';

export const roles = ['employee', 'agent', 'supervisor', 'admin'] as const satisfies readonly Role[];

export const roleName = (locale: Locale, role: Role): string => text(locale, `setup.role.${role}`);

/** "客服", "agent": a role by its name in any language. */
export const roleCalled = (words: string): Role | undefined =>
  roles.find(
    (role) => role === words.toLowerCase() || locales.some((locale) => roleName(locale, role) === words),
  );

/** Words separated as people separate them, each once. */
export const listed = (words: string): string[] => [
  ...new Set(
    words
      .split(/[\s,，、;；]+/)
      .map((word) => word.replace(/^@/, ''))
      .filter((word) => word !== ''),
  ),
];

/** Sent with a form, whose empty fields do not come along: what is not there has been emptied. */
export const whole = z.boolean().default(false);

/** What a queue settles about time, in the order in which it is asked for. */
export const timeNames = [
  'undoSeconds',
  'idleRemindMinutes',
  'idleCloseMinutes',
  'nudgeMinutes',
  'unansweredMinutes',
  'wrapUpSeconds',
  'reopenMinutes',
  'offerSeconds',
] as const;

/** Where a channel sends what its customers say. */
export const callbackOf = (origin: string, channel: string, id: string): string =>
  `${origin}/channels/${channel}/${id}`;
