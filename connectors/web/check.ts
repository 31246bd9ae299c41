import type { Check } from '../../core/ports/bot.js';
import type { OpenAccount } from '../../core/ports/connector.js';
import type { WebAccount } from './account.js';

/** The widget talks to us alone: what can be wrong is that it may stand nowhere. */
export async function check({ settings }: OpenAccount<WebAccount>): Promise<Check> {
  const problems =
    settings.origins.length > 0 ? [] : ['origins is empty, so the widget may stand on no page'];
  return { ok: problems.length === 0, problems };
}

/** The line for the page. */
export const paste = (origin: string, accountId: string): string =>
  `<script async src="${origin}/channels/web/widget.js" data-account="${accountId}"></script>`;
