import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import type { Scene } from '../pipeline/scene.js';
import { hoursInWords, opensNext } from './hours.js';
import { settingsOf } from './settings.js';

/**
 * What is said to whom asks for a person while nobody is there: the queue's own words or its hours, and when people are
 * back. No place is promised; what they write waits. Undefined: people are there.
 */
export async function closedWords(scene: Scene, queueId: string): Promise<string | undefined> {
  const { tenant, now } = scene;
  const { locale, timeZone } = tenant;
  const { hours, texts } = await settingsOf(scene.tx, tenant.id, queueId);
  const at = opensNext(hours, now, timeZone);
  if (at === undefined) return undefined;
  const words = texts.closed || text(locale, 'robot.offHours', { hours: hoursInWords(hours, locale) });
  return `${words}${locale === 'zh-CN' ? '' : ' '}${text(locale, 'robot.backAt', { at: formatTime(at, { timeZone, locale, now }) })}`;
}
