import type { Reply, Request } from './http.js';
import type { PlatformName } from './platforms.js';

/**
 * Who sits at a platform's client in this browser. Opening a link there sets it, and the platform's login pages read it,
 * as a real client's own browser knows who is signed in.
 */
const cookieOf = (platform: PlatformName): string => `sandbox-as-${platform}`;

/** The person's id, as the last opened link left it; `undefined` in a browser that is nobody's client. */
export function seatOf(request: Request, platform: PlatformName): string | undefined {
  const name = cookieOf(platform);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === name && value !== '') return decode(value);
  }
  return undefined;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Goes to `url` as this person. */
export const goSeated = (platform: PlatformName, person: string, url: string): Reply => ({
  status: 302,
  headers: {
    location: url,
    'set-cookie': `${cookieOf(platform)}=${encodeURIComponent(person)}; Path=/; HttpOnly; SameSite=Lax`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  },
  body: '',
});
