import type { Words } from './words.js';

/** "14:03", "昨天 14:03", "3月5日 14:03", in the reader's own time zone. */
export function timeLabel(at: number, now: number, words: Words): string {
  const date = new Date(at);
  const clock = date.toLocaleTimeString(words.locale, { hour: '2-digit', minute: '2-digit', hour12: false });
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return clock;
  if (days === 1) return `${words.yesterday} ${clock}`;
  return `${date.toLocaleDateString(words.locale, { month: 'short', day: 'numeric' })} ${clock}`;
}

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
