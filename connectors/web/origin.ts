/** Whether pages of this origin may hold the widget. A request without an origin did not come from a page. */
export function originAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => pattern === '*' || matches(pattern, origin));
}

function matches(pattern: string, origin: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace('://*\\.', '://([a-z0-9-]+\\.)+')
    .replace(/:\*$/, '(:\\d{1,5})?');
  return new RegExp(`^${source}$`).test(origin);
}

/** What a browser wants to be told before it lets a page of another origin read our answer. No cookies are involved. */
export function corsHeaders(origin: string | undefined): Record<string, string> {
  return {
    ...(origin ? { 'access-control-allow-origin': origin } : {}),
    vary: 'Origin',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

export const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, x-file-name',
  'access-control-max-age': '600',
} as const;
