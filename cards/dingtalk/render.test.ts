import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import type { CardView } from '../../core/cards/card.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../samples.js';
import { inert } from './inert.js';
import { renderDingtalk } from './render.js';
import { cardTemplate } from './template.js';
import { variables } from './template-variables.js';

const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);

const block = z.looseObject({ kind: z.string(), color: z.string().optional() });
const pressed = z.object({ id: z.string(), action: z.string() });
const field = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['TEXT', 'TEXT_AREA', 'SELECT']),
  placeholder: z.string(),
  required: z.literal(true).optional(),
  requiredMsg: z.string().optional(),
  options: z.array(z.object({ value: z.string(), text: z.string() })).optional(),
});
const drawnSchema = z.object({
  blocks: z.string().transform((text) => z.array(block).parse(JSON.parse(text))),
  buttons: z.string().transform((text) => z.array(pressed.loose()).parse(JSON.parse(text))),
  form: z.string().transform((text) => z.object({ fields: z.array(field) }).parse(JSON.parse(text))),
});
const drawn = (of: CardView) => drawnSchema.parse(renderDingtalk(of).cardParamMap);

/** Everything that can be pressed, as what comes back: in rows, below the body, and the form's button. */
function actions(of: CardView): unknown[] {
  const { blocks, buttons } = drawn(of);
  const rows = blocks
    .flatMap((one) => pressed.safeParse(one).data ?? [])
    .filter(({ action }) => action !== '');
  const { form_action: sent = '' } = renderDingtalk(of).cardParamMap;
  return [...rows, ...buttons, ...(sent === '' ? [] : [{ action: sent }])].map(({ action }) =>
    JSON.parse(action),
  );
}

/** Every text that is shown: not what a press or a choice sends back, which has to come back as it was. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['action', 'value', 'form_action'].includes(key) ? [] : textsOf(inner),
  );
}

const kinds = ['text', 'bold', 'small', 'said', 'ground', 'digest', 'facts', 'row', 'line'];

/** What DingTalk takes, and what the template can show. */
function accepted(of: CardView): void {
  const card = renderDingtalk(of);
  let bytes = 0;
  for (const [name, value] of Object.entries({ ...card.cardParamMap, ...card.privateParamMap })) {
    assert.equal(typeof value, 'string', name);
    assert.ok(Buffer.byteLength(name) <= 100, name);
    bytes += Buffer.byteLength(value);
  }
  assert.ok(bytes <= 100 * 1024, `${bytes} bytes`);
  assert.ok(card.lastMessage !== '' && [...card.lastMessage].length < 1000);
  const { blocks, buttons, form } = drawn(of);
  assert.ok(blocks.length > 0 || card.cardParamMap.title !== '', 'an empty card');
  const shown = { ...card.cardParamMap, blocks, buttons, form };
  for (const text of textsOf(shown)) assert.doesNotMatch(text, /\$\{|dtmd:/i);
  for (const { kind } of blocks) assert.ok(kinds.includes(kind), kind);
  const ids = [...blocks, ...buttons].flatMap(({ id }) => (id ? [id] : []));
  assert.equal(new Set(ids).size, ids.length, 'a press is told from another by its id');
  for (const { options } of form.fields) {
    const values = (options ?? []).map(({ value }) => value);
    assert.ok(new Set(values).size === values.length && !values.includes(''));
  }
}

test('every sample becomes values that DingTalk takes', () => {
  for (const sample of Object.values(samples)) accepted(sample);
});

test('whatever people typed, and however much, the values are taken', () => {
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
          repeatRows(
            withTexts(sample, (at) => texts[at % texts.length] ?? ''),
            rows,
          ),
        ),
    ),
    { numRuns: 150 },
  );
});

test('every variable that is set stands in the template, every public one is set every time, and nothing else is', () => {
  const open = variables.filter((one) => !one.private && one.name !== 'markdown').map(({ name }) => name);
  for (const sample of Object.values(samples)) {
    assert.deepEqual(Object.keys(renderDingtalk(sample).cardParamMap).sort(), [...open].sort());
  }
  const own = variables.filter((one) => one.private).map(({ name }) => name);
  const owned = renderDingtalk({ ...view('desk waiting'), owners: ['u1'] });
  for (const name of Object.keys(owned.privateParamMap)) assert.ok(own.includes(name), name);
});

test('every field of a block and of a button is one that the template reads', () => {
  const fieldsOf = (name: string) => variables.find((one) => one.name === name)?.fields ?? [];
  for (const sample of Object.values(samples)) {
    const { blocks, buttons } = drawn(sample);
    for (const one of blocks.flatMap(Object.keys)) assert.ok(fieldsOf('blocks').includes(one), one);
    for (const one of buttons.flatMap(Object.keys)) assert.ok(fieldsOf('buttons').includes(one), one);
  }
});

test('the file that enterprises import is the template', () => {
  const file = new URL('./templates/imdesk.json', import.meta.url);
  assert.ok(readFileSync(file, 'utf8') === cardTemplate(), 'run scripts/dingtalk-template.ts');
});

test('two hundred rows: the first are shown and the rest are counted', () => {
  const { blocks } = drawn(repeatRows(view('waiting'), 200));
  const rows = blocks.filter(({ kind }) => kind === 'row').length;
  assert.ok(rows >= 10);
  assert.match(JSON.stringify(blocks), new RegExp(`还有 ${200 - rows + 12} 个未显示`));
});

test('a press carries the operation and its arguments, and nothing else', () => {
  const conversation = '0199a1b2-0000-7000-8000-000000000012';
  const claim = { operation: 'conversation.claim', arguments: { conversation } };
  const close = { operation: 'conversation.close', arguments: { conversation } };
  assert.deepEqual(actions(view('desk waiting')), [claim]);
  assert.deepEqual(actions(view('desk claimed')), [close]);
  assert.deepEqual(actions(view('desk closed')), []);
  assert.deepEqual(actions(view('brief')), [
    { operation: 'conversation.offerTransfer', arguments: { conversation } },
    { operation: 'queue.list', arguments: { conversation } },
    { operation: 'conversation.more', arguments: { conversation } },
    close,
  ]);
  assert.deepEqual(actions(view('waiting')).slice(2), [
    claim,
    { operation: 'queue.claimNext', arguments: {} },
    { operation: 'member.mine', arguments: {} },
  ]);
  assert.deepEqual(actions(view('waiting done')), []);
  assert.deepEqual(actions(view('transfer')), [
    { operation: 'conversation.transfer', arguments: { conversation } },
  ]);
});

test('nobody is asked to choose where there is nothing to choose from', () => {
  const { cardParamMap } = renderDingtalk(view('transfer nobody'));
  assert.deepEqual([cardParamMap.form_button, cardParamMap.form], ['', '{"fields":[]}']);
  assert.match(cardParamMap.blocks ?? '', /现在没有可以接手的同事/);
});

test('closing asks for a reason, which is required, and a summary', () => {
  const { form } = drawn(view('brief'));
  assert.deepEqual(
    form.fields.map(({ name, type, required }) => [name, type, required]),
    [
      ['reason', 'SELECT', true],
      ['summary', 'TEXT_AREA', undefined],
    ],
  );
});

test('at most one press stands out, and never one of several alike', () => {
  const blues = (name: string) => {
    const { blocks, buttons } = drawn(view(name));
    return [...blocks, ...buttons]
      .filter((one) => one.button_color === 'blue' || ('color' in one && one.color === 'blue'))
      .map(({ id }) => id);
  };
  assert.deepEqual(blues('waiting'), ['button1']);
  assert.deepEqual(blues('desk waiting'), ['button1']);
  assert.deepEqual(blues('choose'), []);
});

test('the colour tells the urgency, and the chat list reads it in words', () => {
  const header = (name: string) => renderDingtalk(view(name)).cardParamMap.header_color;
  assert.equal(header('waiting'), 'extended_red0_color');
  assert.equal(header('waiting done'), 'common_bg_color');
  assert.equal(header('desk waiting'), 'extended_blue0_color');
  assert.equal(header('desk claimed'), 'extended_green0_color');
  assert.equal(header('alert'), 'extended_yellow0_color');
  assert.equal(renderDingtalk(view('desk late')).lastMessage, '会话 A12 王女士已等待 12 分钟');
});

test('what only one reader is given falls with what it was given for', () => {
  const shown = (of: CardView) => renderDingtalk(of).cardParamMap;
  const shared = view('desk waiting');
  assert.equal(shown(shared).stamp, shown({ ...shared }).stamp);
  assert.notEqual(shown(shared).stamp, shown(view('desk late')).stamp);
  assert.deepEqual([shown(shared).everyone, renderDingtalk(shared).privateParamMap], ['true', {}]);

  const owned = { ...shared, owners: ['u1'] };
  assert.deepEqual(renderDingtalk(owned).privateParamMap, { owned_at: shown(owned).owned_by });
  assert.equal(shown(owned).everyone, 'false');
  assert.equal(shown(owned).owned_by, shown({ ...view('desk late'), owners: ['u1'] }).owned_by);
  assert.notEqual(shown(owned).owned_by, shown({ ...shared, owners: ['u2'] }).owned_by);
});

test('words that look like a binding or a command to the client are only words', () => {
  for (const text of hostileTexts) {
    assert.doesNotMatch(inert(text), /\$\{|dtmd:|dingtalk:/i);
    assert.equal(inert(text).replaceAll('\u200b', ''), text.replaceAll('\u200b', ''));
  }
  assert.doesNotMatch(inert('DTMD://dingtalkclient/sendMessage?content=x dingtalk://x'), /(dtmd|dingtalk):/i);
  assert.equal(inert('$5 {x} https://dingtalk.com'), '$5 {x} https://dingtalk.com');
});

test('a card that cannot be made small enough is said in words', () => {
  const huge = '换'.repeat(40_000);
  const sample = view('answer');
  assert.ok(sample.template === 'answer');
  const card = { ...sample, data: { ...sample.data, related: [{ question: huge }] }, plain: huge };
  accepted(card);
  assert.deepEqual(
    drawn(card).blocks.map(({ kind }) => kind),
    ['text'],
  );
  assert.equal(renderDingtalk(card).cardParamMap.title, '');
});
