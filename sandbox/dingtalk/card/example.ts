import {
  bound,
  condition,
  fixed,
  node,
  param,
  said,
  type TemplateNode,
  templateFile,
  variable,
  when,
  words,
} from './example-parts.js';

/** The example of README.md, "The template subset that is drawn": one template that data turns into most cards. */
export const exampleTemplate = (): string =>
  templateFile(
    node('Card', 'node_card', { summaryContent: variable('lastMessage') }, [
      header,
      node('Markdown', 'node_markdown', {
        mdVer: 1,
        content: bound('dynamicMarkdown', 'markdown'),
        visible: when(condition('markdown', 'isNotEmpty')),
      }),
      rows,
      node('Divider', 'node_divider', {
        direction: 'horizontal',
        visible: when(condition('buttons', 'isNotEmpty')),
      }),
      buttons,
      form,
      node('BaseText', 'node_note', {
        text: said('note'),
        styleToken: 'common_footnote_text_style',
        color: fixed('dynamicColor', 'common_level3_base_color'),
        maxLine: fixed('dynamicNumber', 0),
        visible: when(condition('note', 'isNotEmpty')),
      }),
    ]),
    [
      { name: 'lastMessage', type: 'string' },
      { name: 'title', type: 'string' },
      { name: 'tag', type: 'string' },
      { name: 'tag_color', type: 'string' },
      { name: 'markdown', type: 'markdown' },
      { name: 'rows', type: 'loopArray', fields: { label: 'string', text: 'string' } },
      {
        name: 'buttons',
        type: 'loopArray',
        private: true,
        fields: {
          ...{ id: 'string', text: 'string', color: 'string', status: 'string', url: 'string' },
          ...{ confirm: 'string', params: 'object' },
        },
      },
      { name: 'form', type: 'form', private: true },
      { name: 'form_status', type: 'string', private: true },
      { name: 'form_button', type: 'string', private: true },
      { name: 'note', type: 'string', private: true },
    ],
    { title: '工单 T-1', tag: '待处理', tag_color: 'orange', markdown: '**内容**', rows: [] },
  );

const header = node('CardHeaderV2', 'node_header', {
  title: said('title'),
  color: bound('dynamicSelect', 'tag_color', 'blue'),
  titleAfterSlot: {
    type: 'JSSlot',
    value: [
      node('Grid', 'node_header_tag', { direction: 'vertical', childGravity: 'rightTop' }, [
        node('Tag', 'node_tag', {
          text: said('tag'),
          color: bound('dynamicSelect', 'tag_color', 'blue'),
          tagStyle: 'hollow',
        }),
      ]),
    ],
  },
});

/** Texts and forms keep their distance from the card's edge, containers do not unless they are told. */
const aside = { marginLeft: 12, marginRight: 12, marginTop: 2, marginBottom: 2 };

const rows = node('Loop', 'node_rows', { listData: variable('rows'), direction: 'vertical' }, [
  node('Grid', 'node_row', { direction: 'horizontal', childGravity: 'leftTop', ...aside }, [
    node('Grid', 'node_row_label', { direction: 'vertical', isFixedWidth: true, width: 72 }, [
      node('BaseText', 'node_row_label_text', {
        text: said('loop.label'),
        color: fixed('dynamicColor', 'common_level2_base_color'),
        maxLine: fixed('dynamicNumber', 0),
      }),
    ]),
    node('BaseText', 'node_row_text', { text: said('loop.text'), maxLine: fixed('dynamicNumber', 0) }),
  ]),
]);

const button = (id: string, visible: unknown, action: Record<string, unknown>): TemplateNode =>
  node('SingleButton', id, {
    text: said('loop.text'),
    color: bound('dynamicSelect', 'buttons[0].color', 'gray'),
    status: bound('dynamicSelect', 'buttons[0].status', 'normal'),
    widthMode: 'match_content',
    visible,
    ...action,
  });

const hasUrl = condition('buttons[0].url', 'isNotEmpty');
const hasNoUrl = condition('buttons[0].url', 'isEmpty');

/** Three forms of a button, of which each item shows one: a link, a request after a question, a request. */
const buttons = node(
  'Loop',
  'node_buttons',
  {
    listData: variable('buttons'),
    direction: 'horizontal',
    flowLayout: true,
    childGap: true,
    childGapSize: 8,
    ...aside,
  },
  [
    button('node_link', when(hasUrl), {
      actionType: 'url',
      urlType: 'all',
      url: bound('dynamicLink', 'buttons[0].url'),
    }),
    button('node_asking', when(hasNoUrl, condition('buttons[0].confirm', 'isNotEmpty')), {
      actionType: 'confirm',
      confirmTitle: said('loop.text'),
      confirmMessage: said('loop.confirm'),
      confirmOkText: words('确认'),
      confirmCancelText: words('取消'),
      confirmOkAction: 'request',
      confirmOkReqActionActionId: said('loop.id'),
      confirmOkReqActionParams: [param('params', 'buttons[0].params')],
    }),
    button('node_plain', when(hasNoUrl, condition('buttons[0].confirm', 'isEmpty')), {
      actionType: 'request',
      actionId: said('loop.id'),
      params: [param('params', 'buttons[0].params')],
      successCondition: { op: 'and', conditions: [] },
      successToast: words(''),
      failureToast: words(''),
    }),
  ],
);

const form = node('Form', 'node_form', {
  id: 'form',
  formSchema: variable('form'),
  submitText: said('form_button'),
  status: bound('dynamicSelect', 'form_status', 'normal'),
  params: [],
  actionType: 'request',
  visible: when(condition('form', 'isNotEmpty')),
});
