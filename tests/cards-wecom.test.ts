/** Our template cards, judged by the sandbox's own statement of what WeCom accepts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { passiveCard } from '../bots/wecom/card-xml.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../cards/samples.js';
import type { WecomCard } from '../cards/wecom/card.js';
import { renderWecom, type WecomOptions } from '../cards/wecom/render.js';
import type { CardView } from '../core/cards/card.js';
import { writeXml } from '../core/text/xml.js';
import { readXml } from '../sandbox/wecom/callback/xml.js';
import { readPassiveCard } from '../sandbox/wecom/card/passive.js';
import { validateTemplateCard, type Where } from '../sandbox/wecom/card/validate.js';

const page = 'https://desk.example/p/0123456789abcdef?a=1&b=2';

/** Every way a card goes out, and what it is judged as there. */
const ways: { where: WecomOptions['where']; judged: Where; update?: true }[] = [
  { where: 'app', judged: 'app' },
  { where: 'app', judged: 'app-update', update: true },
  { where: 'app', judged: 'passive', update: true },
  { where: 'aibot', judged: 'aibot' },
  { where: 'aibot', judged: 'aibot-update', update: true },
  { where: 'webhook', judged: 'webhook' },
];

function drawn(view: CardView, { where, judged, update }: (typeof ways)[number]): WecomCard | undefined {
  const isBot = where === 'aibot';
  return renderWecom(view, {
    where,
    ...((!update || isBot) && judged !== 'webhook' && { taskId: 'card-1' }),
    ...(update && { replaced: '已处理', notice: { type: 'warning', text: '这个会话已由 陈一 认领。' } }),
  });
}

/** As it arrives: a passive reply goes through XML. */
function arrived(card: WecomCard, judged: Where): unknown {
  if (judged !== 'passive') return JSON.parse(JSON.stringify(card));
  return readPassiveCard(readXml(writeXml({ TemplateCard: passiveCard(card) })) ?? assert.fail('no XML'));
}

const refusedIn = (card: WecomCard, judged: Where) =>
  validateTemplateCard(arrived(card, judged), judged).filter(({ severity }) => severity === 'refused');

test('every sample is accepted, with a page and without, wherever it goes', () => {
  let count = 0;
  for (const [name, sample] of Object.entries(samples)) {
    for (const view of [sample, { ...sample, page }]) {
      for (const way of ways) {
        const card = drawn(view, way);
        if (card) count += 1;
        if (card) assert.deepEqual(refusedIn(card, way.judged), [], `${name} as ${way.judged}`);
      }
    }
  }
  assert.ok(count > 200, `${count} cards were judged`);
});

test('a passive reply shows the card that was meant, letter for letter', () => {
  for (const sample of Object.values(samples)) {
    const card = drawn({ ...sample, page }, { where: 'app', judged: 'passive', update: true });
    assert.ok(card);
    const { quote_area: quote, ...rest } = card;
    assert.deepEqual(arrived(card, 'passive'), {
      ...rest,
      ...(quote && { quote_area: { type: 0, ...quote } }),
    });
  }
});

const typed = fc.oneof(
  fc.constantFrom(...hostileTexts, ']]>', '<![CDATA[', '</Title><Key>x</Key>'),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.integer({ min: 1, max: 10_000 }).map((length) => '长'.repeat(length)),
);

test('whatever people typed, and however much of it there is, the card is accepted', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(samples)),
      fc.constantFrom(...ways),
      fc.array(typed, { minLength: 1, maxLength: 12 }),
      fc.option(fc.integer({ min: 0, max: 200 })),
      fc.boolean(),
      (sample, way, texts, rows, hasPage) => {
        const typedIn = withTexts(sample, (at) => texts[at % texts.length] ?? '');
        const full = rows === null ? typedIn : repeatRows(typedIn, rows);
        const card = drawn(hasPage ? { ...full, page } : full, way);
        if (card) assert.deepEqual(refusedIn(card, way.judged), []);
      },
    ),
    { numRuns: 300 },
  );
});
