/** What a card is about: `conversation:<id>`, `draft:<id>`, `member:<id>`, `queue:<id>`, … */
export function subjectIn(subject: string): { kind: string; id: string } {
  const [kind = '', id = ''] = subject.split(':');
  return { kind, id };
}

/**
 * Whether a card is about something that is decided on, in one phase after another. Of any other (a list, an answer, an
 * alert) each button decides for itself, and may be pressed again.
 */
export const hasPhases = (subject: string): boolean => /^(conversation|draft):/.test(subject);
