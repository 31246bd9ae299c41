import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { CARD_BYTES_MAX, type Known, validateCard } from './validate.js';

type Json = Record<string, unknown>;
const text = (content: string): Json => ({ tag: 'plain_text', content });
const card = (...elements: Json[]): Json => ({ schema: '2.0', body: { elements } });
const submit = { tag: 'button', name: 'ok', form_action_type: 'submit', text: text('提交') };
const form = (...elements: Json[]): Json => ({ tag: 'form', name: 'f', elements: [...elements, submit] });
const columns = (...elements: Json[]): Json => ({
  tag: 'column_set',
  columns: [{ tag: 'column', elements }],
});
const codes = (given: unknown, known?: Known) => validateCard(given, known).map(({ code }) => code);
const fine = (given: unknown, known?: Known) => assert.deepEqual(validateCard(given, known), []);
const refused = (given: unknown, code: number, known?: Known) =>
  assert.ok(codes(given, known).includes(code), JSON.stringify(validateCard(given, known)));

/** A claim card and an approval form such as a service desk sends, with many components in use. */
const claim = {
  schema: '2.0',
  config: {
    update_multi: true,
    width_mode: 'fill',
    summary: { content: '新会话待认领' },
    style: { text_size: { tiny: { default: 'small', pc: 'small', mobile: 'x-small' } } },
  },
  card_link: { url: 'https://desk.example/1042' },
  header: {
    title: text('会话 #1042'),
    subtitle: text('网页 · 王女士'),
    template: 'orange',
    text_tag_list: [{ tag: 'text_tag', text: text('等待中'), color: 'red' }],
    icon: { tag: 'standard_icon', token: 'chat_outlined', color: 'orange' },
  },
  body: {
    direction: 'vertical',
    vertical_spacing: '8px',
    padding: '12px 8px',
    elements: [
      {
        tag: 'markdown',
        element_id: 'question',
        content: '客户：**李雷**\n\n<at id=all></at>',
        text_size: 'tiny',
      },
      { tag: 'hr', margin: '4px 0' },
      columns({
        tag: 'button',
        type: 'primary_filled',
        width: 'fill',
        text: text('认领'),
        confirm: { title: text('认领？'), text: text('认领后由您答复') },
        behaviors: [{ type: 'callback', value: { do: 'claim' } }],
      }),
      {
        tag: 'collapsible_panel',
        header: { title: text('客户资料') },
        elements: [
          {
            tag: 'div',
            text: { tag: 'lark_md', content: '老客户' },
            icon: { tag: 'standard_icon', token: 'x' },
          },
        ],
      },
      form(
        {
          tag: 'select_static',
          name: 'result',
          required: true,
          placeholder: text('结论'),
          options: [
            { text: text('同意'), value: 'ok' },
            { text: text('驳回'), value: 'no' },
          ],
        },
        {
          tag: 'input',
          name: 'comment',
          input_type: 'multiline_text',
          max_length: 500,
          placeholder: text('意见'),
        },
      ),
      { tag: 'overflow', options: [{ text: text('转接'), value: 'transfer' }] },
      {
        tag: 'table',
        page_size: 5,
        columns: [
          { name: 'n', data_type: 'number' },
          { name: 's', data_type: 'options' },
        ],
        rows: [{ n: 1.5, s: [{ text: '完成', color: 'green' }] }],
      },
    ],
  },
};

describe('a card of schema 2.0', () => {
  test('may be blank, or a whole desk', () => {
    fine({});
    fine({ schema: '2.0' });
    fine(claim);
  });

  test('has nothing unknown in it, at any depth', () => {
    refused({ ...claim, fallback: {} }, 200621);
    refused({ schema: '2.0', elements: [] }, 200621);
    refused({ schema: '2.0', config: { wide_screen_mode: true } }, 200621);
    refused(card({ tag: 'hr', colour: 'red' }), 200621);
    refused(card({ tag: 'button', text: text('x'), value: { a: 1 } }), 200621);
    refused(card({ tag: 'div', text: { ...text('x'), bold: true } }), 200621);
    refused(card({ tag: 'carousel' }), 200621);
    refused(card({ tag: 'toString' }), 200621);
    refused(card({ tag: 'note', elements: [] }), 200861);
    refused(card({ tag: 'action', actions: [] }), 200861);
  });

  test('is shared by all who see it', () => {
    refused({ schema: '2.0', config: { update_multi: false } }, 300302);
  });

  test('has at most 30 KB', () => {
    fine(card({ tag: 'markdown', content: 'a'.repeat(CARD_BYTES_MAX - 80) }));
    refused(card({ tag: 'markdown', content: '长'.repeat(CARD_BYTES_MAX / 3) }), 230025);
  });

  test('has at most 200 things with a tag', () => {
    fine(card(...Array.from({ length: 100 }, () => ({ tag: 'div', text: text('x') }))));
    refused(card(...Array.from({ length: 101 }, () => ({ tag: 'div', text: text('x') }))), 11310);
  });

  test('nests its containers five deep', () => {
    const nested = (depth: number): Json => (depth === 0 ? { tag: 'hr' } : columns(nested(depth - 1)));
    fine(card(nested(5)));
    refused(card(nested(6)), 11310);
  });

  test('has at most five tables, those of its texts counted', () => {
    const table = { tag: 'table', columns: [{ name: 'a', data_type: 'text' }], rows: [] };
    const drawn = (count: number) => ({
      tag: 'markdown',
      content: '| a | b |\n|---|---|\n| 1 | 2 |\n\n'.repeat(count),
    });
    fine(card(...Array.from({ length: 5 }, () => table)));
    refused(card(...Array.from({ length: 6 }, () => table)), 11310);
    fine(card(table, drawn(4)));
    refused(card(table, table, drawn(4)), 11310);
    refused(card(drawn(5)), 11310);
    fine(card({ tag: 'markdown', content: `\`\`\`\n${drawn(6).content}\n\`\`\`` }));
  });

  test('has element_ids that are names, and each once', () => {
    fine(card({ tag: 'hr', element_id: 'a_1' }));
    refused(card({ tag: 'hr', element_id: '1a' }), 200621);
    refused(card({ tag: 'hr', element_id: 'a'.repeat(21) }), 200621);
    refused(card({ tag: 'hr', element_id: 'a' }, columns({ tag: 'hr', element_id: 'a' })), 300301);
  });

  test('names no person and no image the tenant does not have', () => {
    const known = { person: (id: string) => id === 'ou_1', image: (key: string) => key === 'img_1' };
    fine(card({ tag: 'markdown', content: '<at id=ou_1></at> <at id="all"></at> ![x](img_1)' }), known);
    refused(card({ tag: 'markdown', content: '<at id=ou_2></at>' }), 100290, known);
    refused(card({ tag: 'markdown', content: '<at ids=ou_1,ou_2></at>' }), 100290, known);
    refused(card({ tag: 'div', text: { tag: 'lark_md', content: '<at id=ou_2></at>' } }), 100290, known);
    refused(card({ tag: 'person', user_id: 'ou_2' }), 100290, known);
    refused(card({ tag: 'person_list', persons: [{ id: 'ou_2' }] }), 100290, known);
    fine(card({ tag: 'person_list', drop_invalid_user_id: true, persons: [{ id: 'ou_2' }] }), known);
    refused(card({ tag: 'img', img_key: 'img_2', alt: text('') }), 200570, known);
    refused(card({ tag: 'markdown', content: '![x](https://elsewhere.example/x.png)' }), 200570, known);
    fine(card({ tag: 'markdown', content: '`<at id=ou_2></at>` &#60;at id=ou_2&#62;' }), known);
    fine(card({ tag: 'div', text: text('<at id=ou_2></at>') }), known);
  });
});

describe('what stands where', () => {
  test('a form stands at the root, with a submit button, and holds neither form, table nor chart', () => {
    fine(card(form({ tag: 'input', name: 'a' })));
    refused(card({ tag: 'form', name: 'f', elements: [{ tag: 'input', name: 'a' }] }), 200621);
    refused(card(columns(form())), 200621);
    refused(card({ tag: 'collapsible_panel', header: {}, elements: [form()] }), 200621);
    refused(card(form({ tag: 'chart', chart_spec: {} })), 200621);
    refused(card(form({ tag: 'table', columns: [{ name: 'a', data_type: 'text' }], rows: [] })), 200621);
  });

  test("a form's fields have names of their own", () => {
    assert.deepEqual(codes(card(form({ tag: 'input' }))), [200530]);
    assert.deepEqual(codes(card(form({ tag: 'input', name: '' }))), [200530]);
    assert.deepEqual(
      codes(card(form({ tag: 'input', name: 'a' }, columns({ tag: 'input', name: 'a' })))),
      [200530],
    );
    assert.deepEqual(codes(card(form(), form())), [200530, 200530]);
    assert.deepEqual(codes(card({ tag: 'form', elements: [submit] })), [200530]);
  });

  test('tables stand at the root; several choices, submit and required only in a form', () => {
    const table = { tag: 'table', columns: [{ name: 'a', data_type: 'text' }], rows: [] };
    refused(card(columns(table)), 200621);
    refused(card({ tag: 'multi_select_static', name: 'm', options: [] }), 200621);
    refused(card(submit), 200621);
    refused(card({ tag: 'input', name: 'a', required: true }), 200621);
    refused(card({ tag: 'column', elements: [] }), 200621);
    refused(card({ tag: 'column_set', columns: [{ tag: 'hr' }] }), 200621);
  });
});

describe('the values of fields', () => {
  const button = (more: Json) => card({ tag: 'button', text: text('x'), ...more });
  test('a callback value is an object', () => {
    refused(button({ behaviors: [{ type: 'callback', value: 'claim' }] }), 200621);
    refused(button({ behaviors: [{ type: 'callback' }] }), 200621);
    refused(button({ behaviors: [{ type: 'run', value: {} }] }), 200621);
    fine(
      button({
        behaviors: [
          { type: 'callback', value: {} },
          { type: 'open_url', default_url: 'https://a.example' },
        ],
      }),
    );
  });

  test('options differ, are short, and hold what is chosen at first', () => {
    const option = (value: string, label = value) => ({ text: text(label), value });
    const select = (more: Json) =>
      card({ tag: 'select_static', options: [option('a'), option('b')], ...more });
    fine(select({ initial_option: 'a' }));
    refused(select({ initial_option: 'c' }), 200621);
    refused(select({ initial_index: 3 }), 200621);
    refused(select({ options: [option('a'), option('a')] }), 200621);
    refused(select({ options: [option('a', '长'.repeat(101))] }), 200621);
    refused(select({ options: [option('')] }), 200621);
    refused(select({ placeholder: text('长'.repeat(101)) }), 200621);
  });

  test('the header has a title and at most three tags', () => {
    const tag = { tag: 'text_tag', text: text('a') };
    const header = (more: Json) => ({ schema: '2.0', header: { title: text('t'), ...more } });
    fine(header({ text_tag_list: [tag, tag, tag] }));
    refused(header({ text_tag_list: [tag, tag, tag, tag] }), 200621);
    refused({ schema: '2.0', header: {} }, 200621);
    refused(header({ template: 'pink' }), 200621);
  });

  test('columns weigh 1 to 5; colours are names or rgba; lengths keep to their range', () => {
    const column = (more: Json) =>
      card({ tag: 'column_set', columns: [{ tag: 'column', elements: [], ...more }] });
    fine(column({ width: 'weighted', weight: 5, background_style: 'grey-100' }));
    refused(column({ weight: 6 }), 200621);
    refused(column({ weight: 1.5 }), 200621);
    refused(column({ width: '8px' }), 200621);
    refused(column({ background_style: '#fff' }), 200621);
    fine(column({ background_style: 'rgba(1,2,3,0.5)' }));
    refused(card({ tag: 'hr', margin: '100px' }), 200621);
    refused(card({ tag: 'hr', margin: 4 }), 200621);
  });

  test("a table's cells are of their column", () => {
    const table = (rows: unknown) =>
      card({ tag: 'table', columns: [{ name: 'n', data_type: 'number' }], rows });
    fine(table([{ n: 1 }, {}]));
    refused(table([{ n: '1' }]), 200914);
    refused(table([{ m: 1 }]), 200915);
    refused(table({}), 200914);
  });
});

test('nothing at all makes the validator throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(validateCard(value))));
  const tags = fc.constantFrom(
    'form',
    'column_set',
    'table',
    'button',
    'markdown',
    'select_static',
    'person_list',
    'img_combination',
    'overflow',
    'checker',
  );
  const odd = fc.dictionary(
    fc.constantFrom(
      'elements',
      'columns',
      'rows',
      'options',
      'header',
      'behaviors',
      'name',
      'text',
      'content',
      'initial_index',
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(tags, odd), { maxLength: 5 }), (elements) => {
      validateCard(card(...elements.map(([tag, more]) => ({ tag, ...more }))));
    }),
  );
});
