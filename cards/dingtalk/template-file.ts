/**
 * The file that the card editor of open-dev.dingtalk.com exports and imports (导出, 导入), as far as it had to be known to
 * write one. The format has no documentation: names, forms of bindings and the properties that always occur were read out of
 * the official samples (github.com/open-dingtalk/dingtalk-card-examples). What could not be tried on the real editor is
 * listed in docs/dingtalk.md.
 */
export interface Node {
  componentName: string;
  id: string;
  props: Readonly<Record<string, unknown>>;
  children?: readonly Node[];
}

export type VariableType = 'string' | 'boolean' | 'markdown' | 'loopArray' | 'form';

export interface Variable {
  name: string;
  type: VariableType;
  description: string;
  /** Read from each reader's own data first: the tick 私有. */
  private?: true;
  /** The fields of a list's items, all of them strings. */
  fields?: readonly string[];
}

/** Computed by the client from other variables, and used like one: 表达式变量. */
export interface Expression {
  name: string;
  content: string;
  description: string;
}

const reach = (variable: string) => ({
  variable,
  variableType: variable.includes('[0].') ? 'loop' : 'global',
});

/** The words a variable holds; `loop.text` is a field of the loop's item. */
export const said = (name: string) => ({ type: 'dynamicString', content: `\${${name}}`, i18n: false });

/** Words that are always the same. */
export const literally = (content: string) => ({ type: 'dynamicString', content, i18n: false });

export const fixed = (type: string, value: unknown) => ({
  type,
  value,
  valueType: 'fixed',
  variable: '',
  variableType: 'global',
});

/** A property that a variable decides, or with a path such as `rows[0].color` a field of the loop's item. */
export const bound = (type: string, variable: string, otherwise: string) => ({
  type,
  value: otherwise,
  valueType: 'variable',
  ...reach(variable),
});

export const variable = (name: string) => ({ type: 'variableValue', ...reach(name) });

/** A value that goes along with a request. */
export const parameter = (name: string, from: string) => ({
  name,
  type: 'variable',
  value: '',
  id: name,
  ...reach(from),
});

export const condition = (name: string, op: 'equal' | 'notEqual' | 'isNotEmpty' | 'isEmpty', value = '') => ({
  type: 'variable',
  op,
  value,
  valueType: 'fixed',
  valueVariableType: 'global',
  ...reach(name),
});

type Condition = ReturnType<typeof condition>;

export const all = (...conditions: Condition[]) => ({ op: 'and', conditions });

const always = { type: 'dynamicVisible', value: true, valueType: 'fixed', condition: all() };

export const when = (...conditions: Condition[]) => ({
  ...always,
  valueType: 'condition',
  condition: all(...conditions),
});

/** Names as the editor's outline shows them. */
const titles: Readonly<Record<string, string>> = {
  Card: '基础卡片',
  Grid: '布局容器',
  BaseText: '基础文本',
  Tag: '标签',
  Divider: '分割线',
  Loop: '循环渲染容器',
  SingleButton: '单个按钮',
  Markdown: 'Markdown 内容',
  Form: '表单',
};

export const node = (
  componentName: string,
  id: string,
  props: Readonly<Record<string, unknown>>,
  children?: readonly Node[],
): Node => ({
  componentName,
  id: `node_${id}`,
  props: { visible: always, ...props },
  ...(children && { children }),
  ...editing(componentName),
});

const editing = (componentName: string) => ({
  title: titles[componentName] ?? componentName,
  hidden: false,
  isLocked: false,
  condition: true,
  conditionGroup: '',
});

/** Pixels around, in the order of CSS. */
export const margins = (top: number, right: number, bottom: number, left: number) => ({
  marginTop: top,
  marginRight: right,
  marginBottom: bottom,
  marginLeft: left,
});

/** The text of a template file. `mockData` is what the editor's preview shows. */
export function templateFile(template: {
  root: Node;
  variables: readonly Variable[];
  expressions: readonly Expression[];
  mockData: Readonly<Record<string, unknown>>;
}): string {
  const editorData = {
    schemaVersion: '3.0.0',
    schema: {
      version: '1.0.0',
      componentsMap: [...new Set(namesIn(template.root))].map(mapped),
      componentsTree: [template.root],
      i18n: {},
    },
    mockData: { cardData: template.mockData, cardPrivateData: {}, localData: {}, richTextData: {} },
    editVersion: 0,
    customWidgetInfo: '',
    useCustomWidgetInfo: false,
    variableList: template.variables.map(listed),
    expList: template.expressions.map(computed),
    ...{ formList: [], localList: [], hsfList: [], lwpList: [] },
    extension: { extendType: 'NORMAL', fileTypeList: [] },
  };
  const file = { editorData: JSON.stringify(editorData), widgetInfo: '', type: 'im', mode: 'card' };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

const namesIn = ({ componentName, children = [] }: Node): string[] => [
  componentName,
  ...children.flatMap(namesIn),
];

const mapped = (componentName: string) => ({
  package: '@ali/dxComponent',
  version: '1.0.0',
  exportName: componentName,
  main: './src/index.tsx',
  destructuring: false,
  subName: '',
  componentName,
});

const listed = ({ name, type, description, fields, ...rest }: Variable) => {
  const own = { private: rest.private ?? false, editorVarType: 'variables' };
  const schema = fields?.map((field) => ({
    id: `${name}[0].${field}`,
    name: field,
    type: 'string',
    ...own,
  }));
  return { id: name, name, type, description, ...own, ...(schema && { schema }) };
};

const computed = ({ name, content, description }: Expression) => ({
  id: name,
  name,
  type: 'string',
  expContent: content,
  description,
  private: false,
  editorVarType: 'expList',
});
