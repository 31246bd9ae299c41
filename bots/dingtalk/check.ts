import { createHash } from 'node:crypto';
import { z } from 'zod';
import { renderDingtalk } from '../../cards/dingtalk/render.js';
import type { CardView } from '../../core/cards/card.js';
import type { BotParts, Check } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { instance } from './card.js';
import { dingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';

const page = 'see docs/dingtalk.md';

/** What a refusal means to whoever sets the app up. */
const meanings: readonly [RegExp, string][] = [
  [
    /^invalidClientIdOrSecret|^invalid\.client|^unauthorized\.client/,
    'clientId and clientSecret are not those of an app',
  ],
  [
    /^param\.templateNotExist/,
    'cardTemplateId is no template that this app may use: import it and associate it with the app',
  ],
  [/^param\.templateUnpublished/, 'the card template was imported but not published'],
  [/AccessTokenPermissionDenied/, 'the app lacks the permission Card.Instance.Write'],
  [/IpNotInWhiteList/, "this machine's address is not among those the app may call from"],
  [/^quota$/, "the month's calls are used up"],
];

/**
 * Whether the card template was imported and published, and the app may send it: by making a card and delivering it to
 * nobody. The page of the API that would tell the template itself is not documented for internal apps. A card that was made
 * before is as good; its id says which template it was made of.
 *
 * Source: open.dingtalk.com, 创建卡片.
 */
export async function check(credentials: DingtalkCredentials, parts: BotParts): Promise<Check> {
  const { cardTemplateId } = credentials;
  if (cardTemplateId === undefined) {
    return found(`cardTemplateId is not set up, so cards are said in words; ${page}`);
  }
  const made = createHash('sha256').update(cardTemplateId).digest('hex').slice(0, 16);
  const body = instance(credentials, renderDingtalk(sample), sample, `imdesk-check-${made}`);
  const call = { method: 'POST', path: '/v1.0/card/instances', body, harmless: true } as const;
  try {
    await dingtalkClient(credentials, parts).call(call, z.object({}));
    return found();
  } catch (error) {
    if (!(error instanceof SendError)) return found(error instanceof Error ? error.message : String(error));
    if (error.code === 'param.cardAlreadyExist') return found();
    const meaning = meanings.find(([pattern]) => pattern.test(error.code))?.[1];
    return found(
      `${meaning ?? 'DingTalk could not be asked about the card template'}; ${page} (${error.message})`,
    );
  }
}

const found = (...problems: string[]): Check => ({ ok: problems.length === 0, problems });

/** Nobody sees it. */
const sample: CardView = {
  template: 'help',
  locale: 'zh-CN',
  plain: 'Imdesk',
  data: { title: 'Imdesk', intro: '', commands: [], buttons: [] },
};
