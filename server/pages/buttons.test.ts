import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AdaptiveCard, Execute } from '../../cards/adaptive.js';
import { bind } from '../../cards/bind.js';
import { hostileTexts, samples, withTexts } from '../../cards/samples.js';
import { buttonsOf, formOf, readOnly, withFormOpen, withPrints } from './buttons.js';

const cards = Object.entries(samples).map(([name, view]) => ({ name, view, card: bind(view) }));
const sample = (name: string): AdaptiveCard => bind(samples[name] ?? assert.fail(`no sample ${name}`));
const conversation = '0199a1b2-0000-7000-8000-000000000012';

function executesOn(card: AdaptiveCard): Execute[] {
  const found: Execute[] = [];
  JSON.stringify(card, (_, value) => {
    if (value?.type === 'Action.Execute') found.push(value);
    return value;
  });
  return found;
}
const asked = ({ operation, arguments: given }: { operation: string; arguments: object }) =>
  JSON.stringify([operation, given]);

test('every button of every card is found by its print, and asks for what it says', () => {
  for (const { name, card } of cards) {
    const buttons = buttonsOf(card);
    const prints = executesOn(withPrints(card)).map(({ data }) => data);
    for (const [index, { data }] of executesOn(card).entries()) {
      const print = prints[index];
      assert.match(print?.operation ?? '', /^[\w-]{22}$/);
      assert.deepEqual(print?.arguments, {}, name);
      assert.deepEqual(print?.confirm, data.confirm, name);
      assert.equal(asked(buttons.get(print?.operation ?? '') ?? assert.fail(name)), asked(data), name);
    }
    assert.equal(buttons.size, new Set(executesOn(card).map(({ data }) => asked(data))).size, name);
  }
});

test('a page is told neither operations nor whom they are about', () => {
  for (const { name, card } of cards) {
    const told = JSON.stringify(withPrints(card));
    assert.doesNotMatch(told, /"operation":"[a-z]+\.[a-zA-Z]+"|"(conversation|draft)":/, name);
  }
});

test('a card to read only offers nothing, and says all that it said', () => {
  for (const { name, view, card } of cards) {
    const shown = readOnly(card);
    const json = JSON.stringify(shown);
    assert.doesNotMatch(json, /Action\.Execute|Input\./, name);
    const unfolds: string[] = [];
    const ids: string[] = [];
    JSON.stringify(shown, (key, value) => {
      if (key === 'targetElements') unfolds.push(...value);
      if (key === 'id') ids.push(value);
      return value;
    });
    for (const target of unfolds) assert.ok(ids.includes(target), `${name} unfolds ${target}`);
    if ('history' in view.data)
      for (const line of view.data.history) assert.ok(json.includes(JSON.stringify(line.text)), name);
  }
});

test('the only form of a card stands open, and one among several does not', () => {
  const isFolded = (card: AdaptiveCard) => /"id":"close","isVisible":false/.test(JSON.stringify(card));
  assert.equal(isFolded(sample('brief')), true);
  assert.equal(isFolded(withFormOpen(sample('brief'))), false);
  const twice = { ...sample('brief'), body: [...sample('brief').body, ...sample('transfer').body.slice(1)] };
  assert.equal(isFolded(withFormOpen(twice)), true);
});

test('of what is sent a form takes its own fields, within their limits, as text that can be kept', () => {
  const button = [...buttonsOf(sample('brief')).values()].find(({ inputs }) => inputs.length > 0);
  assert.ok(button);
  assert.equal(button.operation, 'conversation.close');
  assert.deepEqual(button.arguments, { conversation });
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 1_500 }), fc.constantFrom(...hostileTexts));
  const given = fc.dictionary(
    fc.oneof(
      fc.constantFrom('reason', 'summary', 'conversation', 'operation', 'constructor', 'toString'),
      fc.string(),
    ),
    fc.oneof(text, fc.constantFrom('solved', 'spam', '')),
  );
  fc.assert(
    fc.property(given, (sent) => {
      const taken = formOf(button, sent);
      if ('wrong' in taken) return assert.ok(taken.wrong.length > 0);
      assert.ok(['solved', 'unsolved', 'noReply', 'duplicate'].includes(taken.form.reason ?? ''));
      for (const key of Object.keys(taken.form)) assert.ok(['reason', 'summary'].includes(key), key);
      assert.ok((taken.form.summary ?? '').length <= 1_000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be left
      assert.doesNotMatch(taken.form.summary ?? '', /[\u0000-\u0008\u000b-\u001f]|\p{Surrogate}/u);
    }),
  );
  const plain = [...buttonsOf(sample('brief')).values()].find(({ inputs }) => inputs.length === 0);
  assert.deepEqual(formOf(plain ?? assert.fail(), { reason: 'solved', conversation: 'x' }), { form: {} });
});

test('what somebody wrote becomes no button', () => {
  for (const typed of hostileTexts) {
    for (const { name, view, card } of cards) {
      const operations = new Set(executesOn(card).map(({ data }) => data.operation));
      for (const { operation } of buttonsOf(bind(withTexts(view, () => typed))).values())
        assert.ok(operations.has(operation), `${name}: ${operation}`);
    }
  }
});
