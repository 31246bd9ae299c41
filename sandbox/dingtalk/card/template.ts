import { isRecord } from '../../kernel/shape.js';

/** One variable of a template, as its `variableList` declares it. */
export interface Variable {
  name: string;
  type: string;
  private: boolean;
  /** Fields of an object, or of a list's items. */
  fields: readonly Variable[];
}

/** One component of the tree; what the editor wrote, read no further than needed. */
export interface TemplateNode {
  componentName: string;
  id: string;
  hidden: boolean;
  props: Record<string, unknown>;
  children: readonly TemplateNode[];
}

export interface TemplateFile {
  variables: readonly Variable[];
  /** Expressions by name. */
  expressions: ReadonlyMap<string, string>;
  root: TemplateNode;
  /** Whether it may be streamed to. */
  isAi: boolean;
}

/** Why a file is no template. */
export class BadTemplate extends Error {}

/**
 * Reads an exported template file: its text, or the object in it.
 *
 * @throws BadTemplate what is missing
 * Source: interactive-card-editor (导出, 导入); the files of the official samples, see README.md.
 */
export function readTemplate(file: unknown): TemplateFile {
  const whole = typeof file === 'string' ? parse(file, 'the file') : file;
  if (!isRecord(whole)) throw new BadTemplate('the file is not an object');
  if (typeof whole.editorData !== 'string') throw new BadTemplate('editorData: a JSON string is required');
  if (typeof whole.type !== 'string') throw new BadTemplate('type: im, standard or onebox is required');
  if (whole.mode !== 'card') throw new BadTemplate('mode: card is required');
  if (typeof whole.widgetInfo !== 'string') throw new BadTemplate('widgetInfo: a string is required');
  const data = parse(whole.editorData, 'editorData');
  if (!isRecord(data) || !isRecord(data.schema)) throw new BadTemplate('editorData.schema is required');
  const [root] = recordsOf(data.schema.componentsTree);
  if (!root) throw new BadTemplate('editorData.schema.componentsTree: one root is required');
  const extension = isRecord(data.extension) ? data.extension : {};
  return {
    variables: recordsOf(data.variableList).map(readVariable),
    expressions: new Map(
      recordsOf(data.expList).map(({ name, expContent }) => [`${name}`, `${expContent ?? ''}`]),
    ),
    root: readNode(root),
    isAi: extension.extendType === 'AI',
  };
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadTemplate(`${what} is not JSON`);
  }
}

export const recordsOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

const readVariable = (given: Record<string, unknown>): Variable => ({
  name: String(given.name),
  type: String(given.type),
  private: given.private === true,
  fields: recordsOf(given.schema).map(readVariable),
});

/** Also for the nodes that stand in a slot. */
export const readNode = (given: Record<string, unknown>): TemplateNode => ({
  componentName: String(given.componentName),
  id: String(given.id),
  hidden: given.hidden === true,
  props: isRecord(given.props) ? given.props : {},
  children: recordsOf(given.children).map(readNode),
});
