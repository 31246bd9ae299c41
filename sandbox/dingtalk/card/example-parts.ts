/** Bindings and nodes in the words of the card editor's export, as far as README.md, "The template subset", lists them. */
export interface TemplateNode {
  componentName: string;
  id: string;
  props: Record<string, unknown>;
  children?: TemplateNode[];
}

export const words = (content: string) => ({ type: 'dynamicString', content, i18n: false });

/** The words a variable holds; `loop.text` is a field of the loop's item. */
export const said = (name: string) => words(`\${${name}}`);

export const fixed = (type: string, value: unknown) => ({
  type,
  valueType: 'fixed',
  value,
  variable: '',
  variableType: 'global',
});

/** A variable, or with a path such as `rows[0].text` a field of the loop's item; `value` while it is empty. */
export const bound = (type: string, variable: string, value: unknown = '') => ({
  type,
  valueType: 'variable',
  value,
  variable,
  variableType: variable.includes('[0]') ? 'loop' : 'global',
});

export const variable = (name: string) => ({
  type: 'variableValue',
  variable: name,
  variableType: name.includes('[0]') ? 'loop' : 'global',
});

export const always = {
  type: 'dynamicVisible',
  value: true,
  valueType: 'fixed',
  condition: { op: 'and', conditions: [] },
};

export const condition = (name: string, op: string, value = '') => ({
  type: 'variable',
  variable: name,
  variableType: name.includes('[0]') ? 'loop' : 'global',
  op,
  value,
  valueType: 'fixed',
  valueVariableType: 'global',
});

export const when = (...conditions: ReturnType<typeof condition>[]) => ({
  ...always,
  valueType: 'condition',
  condition: { op: 'and', conditions },
});

/** A parameter of a request whose value is a variable, or a field of the loop's item. */
export const param = (name: string, from: string) => ({
  ...{ name, type: 'variable', value: '', variable: from },
  ...{ variableType: from.includes('[0]') ? 'loop' : 'global', id: '1' },
});

export const node = (
  componentName: string,
  id: string,
  props: Record<string, unknown>,
  children?: TemplateNode[],
): TemplateNode => ({
  componentName,
  id,
  props: { visible: always, ...props },
  ...(children ? { children } : {}),
});

interface Variable {
  name: string;
  type: string;
  private?: boolean;
  /** Fields of an object or of a list's items, by name. */
  fields?: Readonly<Record<string, string>>;
}

const variableOf = ({ name, type, private: isPrivate = false, fields }: Variable) => {
  const within = type === 'loopArray' ? `${name}[0]` : name;
  const own = { private: isPrivate, editorVarType: 'variables' };
  const schema = Object.entries(fields ?? {}).map(([field, fieldType]) => ({
    ...{ id: `${within}.${field}`, name: field, type: fieldType },
    ...own,
  }));
  return { id: name, name, type, description: '', ...own, ...(fields ? { schema } : {}) };
};

/** The text of a template file: what the editor's 导入 reads. */
export function templateFile(
  root: TemplateNode,
  variables: readonly Variable[],
  mockData: object = {},
): string {
  const editorData = {
    schemaVersion: '3.0.0',
    schema: {
      version: '1.0.0',
      componentsMap: [...new Set(namesIn(root))].map(mapped),
      componentsTree: [root],
      i18n: {},
    },
    mockData: { cardData: mockData, cardPrivateData: {}, localData: {}, richTextData: {} },
    variableList: variables.map(variableOf),
    ...{ expList: [], localList: [], formList: [], hsfList: [], lwpList: [] },
    extension: { extendType: 'NORMAL', fileTypeList: [] },
  };
  return JSON.stringify({ editorData: JSON.stringify(editorData), widgetInfo: '', type: 'im', mode: 'card' });
}

const namesIn = ({ componentName, children = [] }: TemplateNode): string[] => [
  componentName,
  ...children.flatMap(namesIn),
];

const mapped = (componentName: string) => ({
  ...{ package: '@ali/dxComponent', version: '1.0.0', exportName: componentName, main: './src/index.tsx' },
  ...{ destructuring: false, subName: '', componentName },
});
