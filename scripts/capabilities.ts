import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadBots } from '../bots/index.js';
import type { Bot, BotAbilities } from '../core/ports/bot.js';

/** `npm run capabilities` writes docs/capabilities.md from what the bots say of themselves; a test holds the two together. */
const titles: Record<string, string> = {
  feishu: 'Feishu',
  dingtalk: 'DingTalk',
  wecom: 'WeCom app',
  'wecom-aibot': 'WeCom AI bot',
  'wecom-webhook': 'WeCom group robot',
};

const yes = (value: boolean): string => (value ? 'yes' : 'no');
const list = (values: readonly string[]): string => values.join(', ') || 'nothing';

const facts: [what: string, of: (abilities: BotAbilities, bot: Bot) => string][] = [
  ['Work on conversations there', ({ work }) => yes(work)],
  ['One to one with a member', ({ direct }) => yes(direct)],
  [
    'Hears in groups',
    ({ groups }) =>
      ({
        everything: 'everything',
        addressed: 'what is addressed to it',
        sends: 'nothing, it only sends',
        none: 'not in groups',
      })[groups],
  ],
  ['One topic per conversation', ({ topics }) => yes(topics)],
  ['Members can send it', ({ hears }) => list(hears.filter((type) => type !== 'other'))],
  ['Shows members, besides text', ({ media }) => list(media)],
  ['Knows which message is quoted', ({ quotes }) => yes(quotes)],
  ['Can take back what it said', ({ recall }) => yes(recall)],
  ['Cards', ({ cards }) => ({ buttons: 'with buttons', links: 'with links only', none: 'none' })[cards]],
  [
    'Text fields on cards',
    // The page has to know who reads it.
    ({ cardInputs }, { login }) => (cardInputs ? 'yes' : login ? 'on the signed page' : 'no'),
  ],
  [
    'Cards change after they were posted',
    ({ cardEdits }) =>
      ({
        always: 'at any time',
        once: 'once for each send and each click',
        never: 'in the answer to a click at most',
      })[cardEdits],
  ],
  ['… for how long', ({ cardLifeMs }) => (cardLifeMs === 0 ? '–' : life(cardLifeMs))],
  ['A word in passing for who clicks', ({ toasts }) => (toasts ? 'yes' : 'said on the card')],
  [
    'A click has to be answered within',
    ({ clickDeadlineMs }) => (clickDeadlineMs === 0 ? '–' : `${clickDeadlineMs / 1000} s`),
  ],
  [
    'A desk shows',
    ({ desk }) => (desk === 'queue' ? 'one notice of all who wait' : 'a card for each conversation'),
  ],
  [
    'Long connections',
    ({ connections }) =>
      ({ none: 'none, HTTP callbacks', one: 'one at a time', several: 'several, kept warm' })[connections],
  ],
  ['Answers that grow as they are written', ({ streaming }) => yes(streaming)],
];

function life(ms: number): string {
  const hours = ms / 3_600_000;
  return hours % 24 === 0 && hours > 72 ? `${hours / 24} days` : `${hours} hours`;
}

export function capabilityTable(bots: readonly Bot[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# What each platform can do',
    '',
    'Made from the code by `npm run capabilities`: the table is what core asks before it does anything. What a platform',
    "can't do, the bot says there, in its help and on its cards, instead of pretending.",
    '',
    row(['', ...bots.map(({ platform }) => titles[platform] ?? platform)]),
    row(['---', ...bots.map(() => '---')]),
    ...facts.map(([what, of]) => row([what, ...bots.map((bot) => of(bot.abilities, bot))])),
    '',
  ].join('\n');
}

export const capabilitiesFile = fileURLToPath(new URL('../../docs/capabilities.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const table = capabilityTable([...(await loadBots()).values()]);
  const before = await readFile(capabilitiesFile, 'utf8').catch(() => '');
  await writeFile(capabilitiesFile, table);
  console.log(
    before === table ? 'docs/capabilities.md was up to date' : 'docs/capabilities.md is written anew',
  );
}
