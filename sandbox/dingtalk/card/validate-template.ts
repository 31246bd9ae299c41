import { isRecord } from '../../kernel/shape.js';
import type { Problem, Report } from './problem.js';
import { readNode, readTemplate, recordsOf, type TemplateFile, type TemplateNode } from './template.js';
import { specialKeys } from './values.js';

/** What `draw.ts` draws. */
const components = new Set([
  ...['Card', 'StdCard', 'AICardContainer', 'AICardStatusContainer', 'AICardContent', 'AIPending'],
  ...['CardHeaderV2', 'Grid', 'BaseText', 'BaseTextBlock', 'Markdown', 'MarkdownBlock', 'Tag', 'Divider'],
  ...['DividerBlock', 'Image', 'ProgressBar', 'Loop', 'SingleButton', 'ButtonList', 'ButtonBlock', 'Form'],
]);
const operators = new Set([
  ...['equal', 'notEqual', 'isTrue', 'isFalse', 'isEmpty', 'isNotEmpty', 'lengthEqual', 'lengthNotEqual'],
]);
const actions = new Set([
  ...['none', 'url', 'request', 'dynamicEvent', 'confirm', 'copy', 'toast', 'eventChain', ''],
]);

/**
 * What of a template file this sandbox would not draw, or could not be meant: components, conditions and actions outside
 * the subset, bindings to variables it does not declare, ids that occur twice. It is a statement about the subset of
 * README.md, not about the real editor.
 *
 * @throws BadTemplate when the file is no template
 */
export function validateTemplate(file: unknown): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (kind, path, message) => problems.push({ path, message, kind });
  const template = readTemplate(file);
  const ids = new Set<string>();
  visit(template, template.root, template.root.componentName, ids, report);
  return problems;
}

function visit(
  template: TemplateFile,
  node: TemplateNode,
  path: string,
  ids: Set<string>,
  report: Report,
): void {
  const at = `${path}#${node.id}`;
  if (!components.has(node.componentName)) report('unshown', at, `${node.componentName} is not drawn`);
  if (ids.has(node.id)) report('unshown', at, 'the id occurs twice');
  ids.add(node.id);
  scan(template, node.props, at, report);
  const slot = isRecord(node.props.titleAfterSlot) ? recordsOf(node.props.titleAfterSlot.value) : [];
  for (const child of [...slot.map(readNode), ...node.children])
    visit(template, child, `${path}/${child.componentName}`, ids, report);
}

/** Every binding, condition and action in a component's properties; the slot's nodes are visited by themselves. */
function scan(template: TemplateFile, value: unknown, path: string, report: Report): void {
  if (Array.isArray(value)) {
    for (const item of value) scan(template, item, path, report);
    return;
  }
  if (!isRecord(value) || value.type === 'JSSlot') return;
  const { actionType, op, conditions, variable, content, valueType, type } = value;
  if (typeof actionType === 'string' && !actions.has(actionType))
    report('unshown', path, `actionType ${actionType} does nothing here`);
  if (typeof op === 'string' && conditions === undefined && !operators.has(op))
    report('unshown', path, `the condition ${op} is never true here`);
  const isUsed = valueType === 'variable' || type === 'variable' || type === 'variableValue';
  if (isUsed && typeof variable === 'string' && variable !== '') known(template, variable, path, report);
  if (typeof content === 'string')
    for (const [, name = ''] of content.matchAll(/\$\{([^}]+)\}/g))
      known(template, name.trim(), path, report);
  for (const inner of Object.values(value)) scan(template, inner, path, report);
}

function known({ variables, expressions }: TemplateFile, name: string, path: string, report: Report): void {
  const [first = ''] = name.split(/[.[]/);
  const isKnown =
    ['loop', 'event'].includes(first) ||
    variables.some((variable) => variable.name === first) ||
    expressions.has(first) ||
    Object.hasOwn(specialKeys, first);
  if (!isKnown) report('unshown', path, `${name} is no variable of the template`);
}
