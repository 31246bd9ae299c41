/** Our cards, judged by the sandbox's own statement of what Feishu accepts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderFeishu } from '../cards/feishu/render.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../cards/samples.js';
import { validateCard } from '../sandbox/feishu/card/validate.js';

test('every sample is accepted', () => {
  for (const [name, sample] of Object.entries(samples)) {
    assert.deepEqual(validateCard(renderFeishu(sample)), [], name);
  }
});

const typed = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.replace(/\p{Surrogate}/gu, '')),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  fc.integer({ min: 1, max: 10_000 }).map((length) => '长'.repeat(length)),
);

test('whatever people typed, and however much of it there is, the card is accepted', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(samples)),
      fc.array(typed, { minLength: 1, maxLength: 12 }),
      fc.option(fc.integer({ min: 0, max: 200 })),
      (name, texts, rows) => {
        const sample = samples[name] ?? assert.fail();
        const typedIn = withTexts(sample, (at) => texts[at % texts.length] ?? '');
        const card = renderFeishu(rows === null ? typedIn : repeatRows(typedIn, rows));
        assert.deepEqual(validateCard(card, { person: () => false, image: () => false }), []);
      },
    ),
    { numRuns: 150 },
  );
});
