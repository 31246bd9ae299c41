import { noticePage } from '../kernel/html.js';
import type { Reply, Request } from '../kernel/http.js';
import { type PlatformName, platformNames } from '../kernel/platforms.js';
import { goSeated } from '../kernel/seat.js';
import type { Platform } from './platform.js';

const title = '打不开这个链接';

/**
 * `GET /client/open?platform=&as=&url=`: a link, as the client of this person opens it. From then on this browser is that
 * client's own: the platform's login pages know who is asking.
 */
export function openInClient(
  platforms: Readonly<Record<PlatformName, Platform>>,
  request: Request,
): Reply | undefined {
  if (request.path !== '/client/open' || request.method !== 'GET') return undefined;
  const [wanted, as, url] = ['platform', 'as', 'url'].map((name) => request.query.get(name) ?? '');
  const platform = platformNames.find((name) => name === wanted);
  if (!platform) return noticePage(400, { title, text: `没有这个平台：${wanted}` });
  const person = platforms[platform].world().people.find(({ id }) => id === as);
  if (!person) return noticePage(404, { title, text: `没有这位成员：${as}` });
  const target = URL.canParse(url ?? '') ? new URL(url ?? '') : undefined;
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    return noticePage(400, { title, text: '只能打开 http 或 https 链接。', about: url ?? '' });
  }
  return goSeated(platform, person.id, target.href);
}
