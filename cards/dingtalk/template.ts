import {
  bound,
  condition,
  fixed,
  literally,
  margins,
  type Node,
  node,
  said,
  templateFile,
  variable,
  when,
} from './template-file.js';
import {
  asking,
  beside,
  box,
  button,
  grey,
  h4,
  isGiven,
  muted,
  onGround,
  padding,
  pressable,
  request,
  share,
  small,
  text,
} from './template-parts.js';
import { expressions, mockData, variables } from './template-variables.js';

const header = box(
  'header',
  {
    ...beside,
    ...onGround(bound('dynamicColor', 'header_color', '')),
    ...padding(10, 12),
    visible: when(isGiven('title')),
  },
  [
    box('titles', share, [
      text('title', 'title', { style: h4, lines: 2 }),
      text('subtitle', 'subtitle', {
        style: small,
        color: bound('dynamicColor', 'subtitle_color', 'common_level2_base_color'),
        lines: 2,
        visible: when(isGiven('subtitle')),
      }),
    ]),
    box('tags', { isAutoWidth: true, childGravity: 'rightCenter' }, [
      node('Tag', 'tag', {
        text: said('tag'),
        color: bound('dynamicSelect', 'tag_color', 'gray'),
        tagStyle: 'hollow',
        visible: when(isGiven('tag')),
      }),
    ]),
  ],
);

const markdown = node('Markdown', 'markdown', {
  mdVer: 1,
  content: bound('dynamicMarkdown', 'markdown', ''),
  visible: when(isGiven('markdown')),
  ...margins(8, 12, 0, 12),
});

/** Pixels between two pieces of the body; within one, a caption stands right above its words. */
const BLOCK_GAP = 10;

/** Of these one is visible for each block: the one that its kind names. */
const block = (kind: string, children: readonly Node[], props: Record<string, unknown> = {}): Node =>
  box(
    kind,
    { ...margins(0, 12, 0, 12), ...props, visible: when(condition('blocks[0].kind', 'equal', kind)) },
    children,
  );

const colored = bound('dynamicColor', 'blocks[0].color', 'common_level1_base_color');
const shownIf = (field: string) => ({ visible: when(isGiven(`blocks[0].${field}`)) });
const caption = (id: string, from = 'loop.label', color: unknown = grey) =>
  text(id, from, { style: small, color });

const row = block(
  'row',
  [
    box('row_words', share, [
      text('row_title', 'loop.title', { bold: true, lines: 2, ...shownIf('title') }),
      text('row_detail', 'loop.detail', { style: small, color: colored, lines: 3, ...shownIf('detail') }),
      text('row_preview', 'loop.preview', { style: small, color: grey, lines: 3, ...shownIf('preview') }),
    ]),
    box('row_side', { isAutoWidth: true, childGravity: 'rightCenter' }, [
      node('Tag', 'row_mark', {
        text: said('loop.mark'),
        color: fixed('dynamicSelect', 'green'),
        tagStyle: 'hollow',
        ...shownIf('mark'),
      }),
      button('row_button', 'loop.button', 'blocks[0].button_color', {
        ...request(said('loop.id'), 'blocks[0].action'),
        visible: when(isGiven('blocks[0].button'), pressable),
      }),
    ]),
  ],
  beside,
);

const facts = block(
  'facts',
  [
    box('fact', share, [caption('fact_label'), text('fact_text', 'loop.text')]),
    box('fact2', share, [caption('fact2_label', 'loop.label2'), text('fact2_text', 'loop.text2')]),
  ],
  { ...beside, childGravity: 'leftTop' },
);

const ground = { ...onGround(fixed('dynamicColor', 'common_bg_color')), ...padding(8, 10) };

const blocks = node(
  'Loop',
  'blocks',
  {
    listData: variable('blocks'),
    direction: 'vertical',
    childGap: true,
    childGapSize: BLOCK_GAP,
    ...margins(10, 0, 0, 0),
  },
  [
    block('text', [text('text_words', 'loop.text', { color: colored })]),
    block('bold', [text('bold_words', 'loop.text', { color: colored, bold: true })]),
    block('small', [text('small_words', 'loop.text', { style: small, color: colored })]),
    block('said', [caption('said_label', 'loop.label', colored), text('said_words', 'loop.text')]),
    block('ground', [caption('ground_label'), text('ground_words', 'loop.text')], ground),
    block('digest', [caption('digest_label'), caption('digest_words', 'loop.text', muted)]),
    facts,
    row,
    node('Divider', 'line', {
      direction: 'horizontal',
      visible: when(condition('blocks[0].kind', 'equal', 'line')),
      ...margins(0, 12, 0, 12),
    }),
  ],
);

const buttons = node(
  'Loop',
  'buttons',
  {
    listData: variable('buttons'),
    direction: 'horizontal',
    flowLayout: true,
    childGap: true,
    childGapSize: 8,
    ...margins(12, 12, 0, 12),
    visible: when(isGiven('buttons'), pressable),
  },
  [
    button('button', 'loop.text', 'buttons[0].color', {
      ...request(said('loop.id'), 'buttons[0].action'),
      visible: when(condition('buttons[0].ask', 'isEmpty')),
    }),
    button('asking', 'loop.text', 'buttons[0].color', {
      ...asking,
      visible: when(isGiven('buttons[0].ask')),
    }),
  ],
);

const hasForm = when(isGiven('form_button'), pressable);
const hasTitledForm = when(isGiven('form_title'), pressable);

const formLine = node('Divider', 'form_line', {
  direction: 'horizontal',
  ...margins(12, 12, 0, 12),
  visible: hasTitledForm,
});

const formTitle = box('form_head', { ...margins(12, 12, 0, 12), visible: hasTitledForm }, [
  text('form_title', 'form_title', { bold: true }),
]);

const form = node('Form', 'form', {
  id: 'form',
  formSchema: variable('form'),
  submitText: said('form_button'),
  status: fixed('dynamicSelect', 'normal'),
  ...request(literally('form'), 'form_action'),
  visible: hasForm,
});

const notice = box('notice', { ...margins(8, 12, 0, 12), visible: when(isGiven('shown_notice')) }, [
  text('notice_words', 'shown_notice', {
    style: small,
    color: bound('dynamicColor', 'notice_color', 'common_level2_base_color'),
  }),
]);

/**
 * The one template that all our cards are drawn with; `render.ts` fills it. A published template can't be changed, and
 * each enterprise imports it by hand, so it knows no card: a header, pieces in a loop, buttons in a loop, a form, and what
 * one reader alone is told. `scripts/dingtalk-template.ts` writes the file to import.
 */
export const cardTemplate = (): string =>
  templateFile({
    root: node('Card', 'card', { summaryContent: variable('lastMessage') }, [
      header,
      markdown,
      blocks,
      buttons,
      formLine,
      formTitle,
      form,
      notice,
    ]),
    variables,
    expressions,
    mockData,
  });
