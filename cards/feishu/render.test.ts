import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CardView } from '../../core/cards/card.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../samples.js';
import type { FeishuCard } from './card.js';
import { escapeMarkdown } from './escape.js';
import { sizeOf } from './limits.js';
import { renderFeishu } from './render.js';

/** Every object inside the card, itself included. */
function* parts(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value));
  for (const inner of Object.values(value)) yield* parts(inner);
}
const tagged = (card: FeishuCard, tag: string) => [...parts(card)].filter((part) => part.tag === tag);
const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);
const callbacks = (card: FeishuCard) =>
  [...parts(card)].filter(({ type }) => type === 'callback').map(({ value }) => value);

function accepted(card: FeishuCard): void {
  const { bytes, tags, depth } = sizeOf(card);
  assert.ok(bytes <= 30 * 1024, `${bytes} bytes`);
  assert.ok(tags <= 200, `${tags} tags`);
  assert.ok(depth <= 5, `${depth} deep`);
  assert.ok(card.body.elements.length > 0, 'an empty card');
  const names = [...parts(card)].flatMap(({ name }) => (name === undefined ? [] : [name]));
  assert.equal(new Set(names).size, names.length, `names ${names}`);
  for (const inner of card.body.elements.filter(({ tag }) => tag !== 'form')) {
    assert.deepEqual(
      [...parts(inner)].filter(({ tag }) => tag === 'form' || tag === 'input'),
      [],
    );
  }
  for (const form of tagged(card, 'form')) {
    assert.ok([...parts(form)].some(({ form_action_type }) => form_action_type === 'submit'));
  }
  for (const { content } of parts(card)) assert.notEqual(content, '');
}

test('every sample becomes a card that Feishu accepts', () => {
  for (const sample of Object.values(samples)) accepted(renderFeishu(sample));
});

test('whatever people typed, and however much, the card is accepted', () => {
  const typed = fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.replace(/\p{Surrogate}/gu, '')),
    fc.integer({ min: 1, max: 10_000 }).map((length) => '长'.repeat(length)),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(samples)),
      fc.array(typed, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 200 }),
      (sample, texts, rows) =>
        accepted(
          renderFeishu(
            repeatRows(
              withTexts(sample, (at) => texts[at % texts.length] ?? ''),
              rows,
            ),
          ),
        ),
    ),
    { numRuns: 150 },
  );
});

test('two hundred rows: the first are shown and the rest are counted', () => {
  const card = renderFeishu(repeatRows(view('queue'), 200));
  const claims = callbacks(card).length;
  assert.ok(claims >= 12);
  assert.match(JSON.stringify(card), new RegExp(`还有 ${200 - claims + 12} 个未显示`));
});

test('a button carries the operation and its arguments, and nothing else', () => {
  const conversation = view('desk waiting').data;
  assert.ok('conversation' in conversation);
  const id = conversation.conversation;
  const sent = (name: string) => callbacks(renderFeishu(view(name)));
  assert.deepEqual(sent('desk waiting'), [
    { operation: 'conversation.claim', arguments: { conversation: id } },
  ]);
  assert.deepEqual(sent('desk claimed'), [
    { operation: 'conversation.close', arguments: { conversation: id } },
  ]);
  assert.deepEqual(sent('desk closed'), []);
  assert.deepEqual(sent('brief'), [
    { operation: 'conversation.offerTransfer', arguments: { conversation: id } },
    { operation: 'queue.list', arguments: { conversation: id } },
    { operation: 'conversation.more', arguments: { conversation: id } },
    { operation: 'conversation.close', arguments: { conversation: id } },
  ]);
  assert.deepEqual(sent('queue').at(2), { operation: 'conversation.claim', arguments: { conversation: id } });
  assert.deepEqual(
    sent('mine').map((value) => JSON.stringify(value)),
    [1, 2].map((n) =>
      JSON.stringify({ operation: 'member.focus', arguments: { conversation: `${id}${n}` } }),
    ),
  );
  const draft = '0199a1b2-0000-7000-8000-0000000000d1';
  assert.deepEqual(sent('choose').slice(2), [
    { operation: 'draft.send', arguments: { draft, conversation: id } },
    { operation: 'draft.drop', arguments: { draft } },
  ]);
  assert.deepEqual(sent('choose sent'), []);
  assert.deepEqual(sent('answer')[0], {
    operation: 'knowledge.ask',
    arguments: { question: '换货多久能收到新机' },
  });
  assert.deepEqual(sent('help')[0], { operation: 'queue.list', arguments: {} });
  assert.deepEqual(sent('rating')[0], {
    operation: 'conversation.rate',
    arguments: { conversation: id, score: 5 },
  });
  assert.deepEqual(sent('rating given'), []);
});

test('closing asks for a reason in a form of the body', () => {
  const [form] = renderFeishu(view('brief')).body.elements.filter(({ tag }) => tag === 'form');
  assert.ok(form?.tag === 'form');
  assert.deepEqual(
    form.elements.flatMap((element) => ('name' in element ? [element.name] : [])),
    ['reason', 'summary', 'close_submit'],
  );
});

test('a customer can mention nobody and fake no markup', () => {
  const attack = hostileTexts.join('\n');
  for (const sample of Object.values(samples)) {
    const card = renderFeishu(withTexts(sample, () => attack));
    for (const { content } of tagged(card, 'markdown')) {
      assert.doesNotMatch(String(content), /<(?!\/?font)|\[|`|~|#(?!\d+;)/);
    }
    assert.equal(tagged(card, 'lark_md').length, 0);
  }
});

test('escaped text reads as it was typed, and holds no mark that is syntax', () => {
  const decode = (text: string) =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...hostileTexts)), (text) => {
      const escaped = escapeMarkdown(text);
      assert.equal(decode(escaped), text);
      assert.doesNotMatch(escaped.replace(/&#\d+;/g, ''), /[*~<>[\]()#_`&:\\|!-]/);
    }),
  );
});

test('the colour tells the state, and the chat list reads it in words', () => {
  const template = (name: string) => renderFeishu(view(name)).header?.template;
  assert.equal(template('desk waiting'), 'blue');
  assert.equal(template('desk late'), 'red');
  assert.equal(template('desk claimed'), 'green');
  assert.equal(template('desk closed'), 'grey');
  assert.equal(renderFeishu(view('desk late')).config.summary.content, '会话 A12 王女士已等待 12 分钟');
});

test('a card that cannot be made small enough is said in words', () => {
  const huge = '换'.repeat(40_000);
  const sample = view('answer');
  assert.ok(sample.template === 'answer');
  const card = renderFeishu({
    ...sample,
    data: { ...sample.data, related: [{ question: huge }] },
    plain: huge,
  });
  accepted(card);
  assert.equal(card.header, undefined);
  assert.equal(tagged(card, 'div').length, 1);
});
