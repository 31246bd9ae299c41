import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exampleTemplate } from './example.js';
import { bound, node, said, templateFile, variable } from './example-parts.js';
import { BadTemplate } from './template.js';
import { type CardData, validateCardData } from './validate.js';
import { validateTemplate } from './validate-template.js';

const file = exampleTemplate();
const own = (cardParamMap: Record<string, unknown>): CardData => ({ privateData: { u1: { cardParamMap } } });
const shared = (cardParamMap: Record<string, unknown>): CardData => ({ cardData: { cardParamMap } });
const found = (data: CardData, template: unknown = file) =>
  validateCardData(data, template).map(({ kind, path, message }) => `${kind} ${path}: ${message}`);
const none = (data: CardData, template: unknown = file) => assert.deepEqual(found(data, template), []);
const one = (data: CardData, wanted: RegExp, template: unknown = file) => {
  const problems = found(data, template);
  assert.equal(problems.length, 1, problems.join('\n') || `nothing was found, wanted ${wanted}`);
  assert.match(problems[0] ?? '', wanted);
};

describe("a DingTalk card's data", () => {
  test('that is strings of the right types is taken', () => {
    none(
      shared({
        title: '工单 T-1',
        markdown: '**加急** <font colorTokenV2=common_red1_color>今天到期</font><br>\n* 一\n* 二',
        rows: JSON.stringify([{ label: '客户', text: '李雷' }]),
        config: '{"autoLayout":true}',
      }),
    );
    none(own({ buttons: JSON.stringify([{ id: 'claim', text: '认领', params: { ticket: 'T-1' } }]) }));
  });

  test('that is no string is refused', () => {
    one(shared({ title: 1 }), /^refused cardData.title: a string is required, got 1$/);
    one(shared({ rows: [] }), /^refused cardData.rows/);
    one({ cardData: { title: 'x' } }, /^refused cardData.cardParamMap/);
  });

  test('that has another type than its variable is not shown', () => {
    one(shared({ rows: '{"label":"x"}' }), /^unshown cardData.rows: the variable is of type loopArray/);
    one(shared({ rows: '[{"label":1}]' }), /^unshown cardData.rows\[0\].label: a string is required/);
    one(shared({ rows: '[{"labell":"x"}]' }), /^unshown .*labell: the template declares no such field/);
    one(shared({ titel: 'x' }), /^unshown cardData.titel: the template has no such variable/);
    one(shared({ rows: 'not json' }), /loopArray, got "not json"/);
  });

  test('private data reaches only variables ticked as private', () => {
    one(own({ title: '只给你' }), /^unshown privateData.u1.title: the variable is not ticked as private/);
    none(own({ note: '只给你' }));
  });

  test('is measured in bytes: a key, a value, the whole', () => {
    one(shared({ markdown: '长'.repeat(342) }), /^advised cardData.markdown: 1026 bytes/);
    none(shared({ markdown: '长'.repeat(341) }));
    const huge = found(shared({ markdown: 'x'.repeat(100 * 1024) }));
    assert.ok(huge.some((problem) => problem.startsWith('refused : ')));
    assert.ok(
      found(shared({ ['k'.repeat(101)]: '' })).some((problem) => /^refused .* 100 bytes/.test(problem)),
    );
  });

  test('markdown beyond the page’s list is not shown', () => {
    const wrong: [string, RegExp][] = [
      ['###### 六级', /five levels/],
      ['#没有空格', /needs a blank/],
      ['- 短横', /lists begin with \*/],
      ['---', /a rule is \*\*\*/],
      ['~~划掉~~', /~~/],
      ['行内 `代码`', /code within a line/],
      ['<script>alert(1)</script>', /the tag <script>/],
      ['<font colorTokenV2="common_red1_color">红</font>', /without quotation marks/],
      ['<font colorTokenV2=crimson>红</font>', /crimson is unknown/],
      ['<font colorTokenV2=common_red1_color>红', /opened 1 times, closed 0/],
      ['[去这里](javascript:alert(1))', /a link to javascript/],
      ['![图](file:///etc/passwd)', /a picture to file/],
      ['```\n没有结尾', /not closed/],
      ['第一行\n第二行', /a line break is shown as a blank/],
    ];
    for (const [markdown, wanted] of wrong)
      assert.ok(
        found(shared({ markdown })).some((problem) => wanted.test(problem)),
        `${markdown}: ${found(shared({ markdown })).join('; ')}`,
      );
    none(shared({ markdown: '| a | b |\n| :- | -: |\n| 1 | 2 |\n\n```json\n{"a": "- b"}\n```' }));
    none(shared({ markdown: '1 < 2 且 3 > 2，邮箱 a@b.c' }));
  });

  test('whoever is mentioned has to be announced', () => {
    const markdown = '请 <a atId=u1>小王</a> 看一下';
    one(shared({ markdown }), /u1 is mentioned and not in cardAtUserIds/);
    none({ ...shared({ markdown }), cardAtUserIds: ['u1'] });
  });

  test('tables and code need a template that shows them', () => {
    const plain = templateFile(
      node('Card', 'c', {}, [node('Markdown', 'm', { mdVer: 0, content: bound('dynamicMarkdown', 'text') })]),
      [{ name: 'text', type: 'markdown' }],
    );
    one(shared({ text: '| a |\n| - |\n| 1 |' }), /mdVer 0.* no tables/, plain);
    one(shared({ text: '```\nx\n```' }), /mdVer 0.* no code/, plain);
  });

  const form = (...fields: Record<string, unknown>[]) => own({ form: JSON.stringify({ fields }) });

  test('a form has fields of known types, with options and defaults that fit', () => {
    none(
      form(
        { name: 'ticket', type: 'TEXT', hidden: true, defaultValue: 'T-1' },
        { name: 'reply', type: 'TEXT_AREA', label: '回复', required: true, minRows: 3 },
        {
          ...{ name: 'reason', type: 'SELECT', label: '原因', options: [{ value: 'a', text: '甲' }] },
          defaultValue: { index: 0, value: 'a' },
        },
      ),
    );
    one(form({ name: 'x', type: 'INPUT', label: 'x' }), /fields\[0\].type: one of TEXT/);
    one(form({ name: 'x', type: 'TEXT' }), /label is required/);
    one(form({ name: 'x', type: 'SELECT', label: 'x' }), /at least one option/);
    one(form({ name: 'x', type: 'TEXT', label: 'x', maxLength: 5 }), /no such property/);
    one(form({ name: 'x', type: 'DATE', label: 'x', defaultValue: '1.12.2026' }), /no value of a DATE/);
    one(form({ name: 'x', type: 'TEXT', hidden: true, required: true }), /nobody can fill/);
    const twice = { name: 'x', type: 'TEXT', label: 'x' };
    one(form(twice, twice), /is there twice/);
    const choice = { name: 'x', type: 'SELECT', label: 'x', options: [{ value: 'a', text: '甲' }] };
    one(form({ ...choice, defaultValue: 'a' }), /no value of a SELECT/);
    one(form({ ...choice, defaultValue: { index: 1, value: 'a' } }), /no value of a SELECT/);
  });
});

describe('a template file', () => {
  test('that is the example of the README is drawn whole', () => {
    assert.deepEqual(validateTemplate(file), []);
  });

  test('that is none says what is missing', () => {
    assert.throws(() => validateTemplate('nonsense'), BadTemplate);
    assert.throws(() => validateTemplate({ editorData: '{}' }), /type:/);
  });

  test('beyond the subset is told', () => {
    const odd = templateFile(
      node('Card', 'c', {}, [
        node('Chart', 'same', {}),
        node('BaseText', 'same', { text: said('nobody') }),
        node('Loop', 'l', { listData: variable('items') }),
      ]),
      [],
    );
    assert.deepEqual(
      validateTemplate(odd).map(({ message }) => message),
      [
        'Chart is not drawn',
        'the id occurs twice',
        'nobody is no variable of the template',
        'items is no variable of the template',
      ],
    );
  });
});
