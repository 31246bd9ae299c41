/** Our cards and the template they fill, judged and drawn by the sandbox's own statement of what DingTalk does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDingtalk } from '../cards/dingtalk/render.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../cards/samples.js';
import type { CardView } from '../core/cards/card.js';
import { drawCard } from '../sandbox/dingtalk/card/draw.js';
import type { Drawn } from '../sandbox/dingtalk/card/drawn.js';
import { press } from '../sandbox/dingtalk/card/press.js';
import { readTemplate } from '../sandbox/dingtalk/card/template.js';
import { validateCardData } from '../sandbox/dingtalk/card/validate.js';
import { validateTemplate } from '../sandbox/dingtalk/card/validate-template.js';

const file = readFileSync(new URL('../cards/dingtalk/templates/imdesk.json', import.meta.url), 'utf8');
const template = readTemplate(file);
const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);

/** What is wrong with a card; that a value is over 1 KB is advice which the official samples do not take either. */
function problemsOf(of: CardView): unknown[] {
  const { cardParamMap, privateParamMap } = renderDingtalk(of);
  const data = { cardData: { cardParamMap }, privateData: { u1: { cardParamMap: privateParamMap } } };
  return validateCardData(data, file).filter(({ kind }) => kind !== 'advised');
}

/** The card as somebody sees it, who was given these values alone. */
const drawn = (of: CardView, own: Record<string, string> = {}) =>
  drawCard(template, { cardData: renderDingtalk(of).cardParamMap, privateData: own });

function* parts(tree: readonly Drawn[]): Generator<Drawn> {
  for (const one of tree) {
    yield one;
    if (one.kind === 'box') yield* parts(one.children);
    if (one.kind === 'loop') for (const item of one.items) yield* parts(item);
  }
}
const textsIn = (tree: readonly Drawn[]): string[] =>
  [...parts(tree)].flatMap((one) => (one.kind === 'text' || one.kind === 'tag' ? [one.text] : []));

test('the template is one that can be drawn', () => {
  assert.deepEqual(validateTemplate(file), []);
  for (const sample of Object.values(samples)) {
    for (const { kind } of parts(drawn(sample).tree)) assert.notEqual(kind, 'unsupported');
  }
});

test('every sample is accepted', () => {
  for (const [name, sample] of Object.entries(samples)) assert.deepEqual(problemsOf(sample), [], name);
  assert.deepEqual(problemsOf({ ...view('desk waiting'), owners: ['u1'] }), []);
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
        const typedIn = withTexts(view(name), (at) => texts[at % texts.length] ?? '');
        assert.deepEqual(problemsOf(rows === null ? typedIn : repeatRows(typedIn, rows)), []);
      },
    ),
    { numRuns: 150 },
  );
});

test('what people typed is shown as they typed it, and by plain text only', () => {
  const attack = hostileTexts[1] ?? '';
  for (const name of ['desk waiting', 'brief', 'waiting', 'transfer', 'answer']) {
    const { tree } = drawn(withTexts(view(name), () => attack));
    for (const { kind } of parts(tree)) assert.ok(!['markdown', 'image'].includes(kind), name);
    assert.ok(
      textsIn(tree).some((text) => text.includes('**系统 · 14:05**')),
      name,
    );
  }
});

interface Pressable {
  text: string;
  path: (string | number)[];
}

/** Everything that can be pressed, with the keys that lead to it. */
function pressables(tree: readonly Drawn[], within: (string | number)[] = []): Pressable[] {
  return tree.flatMap((one, index): Pressable[] => {
    const path = [...within, index];
    if (one.kind === 'button') return [{ text: one.text, path }];
    if (one.kind === 'form' && one.submit) return [{ text: one.submit.text, path: [...path, 'submit'] }];
    if (one.kind === 'box') return pressables(one.children, [...path, 'children']);
    if (one.kind !== 'loop') return [];
    return one.items.flatMap((item, at) => pressables(item, [...path, 'items', at]));
  });
}

const claim = {
  operation: 'conversation.claim',
  arguments: { conversation: '0199a1b2-0000-7000-8000-000000000012' },
};

test('a press in a row, below the body and of a form sends its own action, and what the card showed', () => {
  const sent = (of: CardView, text: string, form?: Record<string, unknown>) => {
    const drawing = drawn(of);
    const one =
      pressables(drawing.tree)
        .filter((each) => each.text === text)
        .at(-1) ?? assert.fail(text);
    const { action } = press(drawing, { path: one.path }, form);
    assert.ok(action.kind === 'request');
    assert.equal(action.params.stamp, renderDingtalk(of).cardParamMap.stamp);
    return { action: JSON.parse(String(action.params.action)), form: action.params.form };
  };
  assert.deepEqual(sent(view('waiting'), '认领').action, claim);
  assert.deepEqual(sent(view('desk waiting'), '认领').action, claim);
  assert.equal(sent(view('waiting'), '认领下一位').action.operation, 'queue.claimNext');
  const closing = sent(view('brief'), '结束会话', { reason: 'solved', summary: '已换货' });
  assert.equal(closing.action.operation, 'conversation.close');
  assert.deepEqual(closing.form, { reason: { index: 0, value: 'solved' }, summary: '已换货' });
});

test('only owners see an owner’s buttons and form, and nobody keeps them who no longer is one', () => {
  for (const name of ['brief', 'waiting']) {
    const owned = { ...view(name), owners: ['u1'] };
    const mine = renderDingtalk(owned).privateParamMap;
    const presses = (of: CardView, own: Record<string, string>) => pressables(drawn(of, own).tree).length;
    assert.ok(presses(owned, mine) > 0);
    assert.equal(presses(owned, {}), 0, 'a bystander');
    assert.equal(presses({ ...owned, owners: ['u2'] }, mine), 0, 'who was owner before');
    assert.equal(presses(view(name), {}), presses(owned, mine), 'where everybody may');
  }
});

test('a notice is read by who it was given to, until the card changes', () => {
  const of = view('waiting');
  const own = {
    notice: '已被陈一认领',
    notice_at: renderDingtalk(of).cardParamMap.stamp ?? '',
    notice_color: '',
  };
  assert.ok(textsIn(drawn(of, own).tree).includes('已被陈一认领'));
  assert.ok(!textsIn(drawn(of).tree).includes('已被陈一认领'));
  assert.ok(!textsIn(drawn(view('waiting done'), own).tree).includes('已被陈一认领'));
});
