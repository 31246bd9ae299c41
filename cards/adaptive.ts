import { z } from 'zod';

/**
 * The part of Adaptive Cards 1.5 that our templates use, and the conventions a renderer reads from it:
 *
 * - The body's first element is a Container `header`: the texts of its first column are title and subtitle, those of
 *   its second are tags; its style is the colour of the card's urgency.
 * - An ActionSet of one Action.ToggleVisibility and the hidden Container after it are a part that folds.
 * - A Container that holds inputs is a form; it stands in the body itself, and the Action.Execute in it submits it.
 * - Other containers and columns only arrange.
 * - Text is never markup: what looks like Markdown is shown as it was typed.
 */
const tone = z.enum(['default', 'emphasis', 'accent', 'good', 'warning', 'attention']);
export type Tone = z.infer<typeof tone>;

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string(),
  style: z.literal('heading').optional(),
  size: z.enum(['small', 'default', 'medium', 'large']).optional(),
  weight: z.enum(['default', 'bolder']).optional(),
  color: tone.exclude(['emphasis']).optional(),
  isSubtle: z.boolean().optional(),
  /** Without it the text is one line. */
  wrap: z.boolean().optional(),
  maxLines: z.number().optional(),
  spacing: z.enum(['none', 'small', 'default', 'medium', 'large']).optional(),
  separator: z.boolean().optional(),
});
export type TextBlock = z.infer<typeof textBlock>;

const factSet = z.strictObject({
  type: z.literal('FactSet'),
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })),
});
export type FactSet = z.infer<typeof factSet>;

const textInput = z.strictObject({
  type: z.literal('Input.Text'),
  id: z.string(),
  label: z.string().optional(),
  placeholder: z.string(),
  isMultiline: z.boolean().optional(),
  isRequired: z.boolean().optional(),
  errorMessage: z.string().optional(),
  maxLength: z.number(),
  /** What it begins with. */
  value: z.string().optional(),
});
const choiceInput = z.strictObject({
  type: z.literal('Input.ChoiceSet'),
  id: z.string(),
  label: z.string().optional(),
  placeholder: z.string(),
  isRequired: z.boolean().optional(),
  errorMessage: z.string().optional(),
  choices: z.array(z.strictObject({ title: z.string(), value: z.string() })),
  value: z.string().optional(),
});
export type Input = z.infer<typeof textInput> | z.infer<typeof choiceInput>;

/** What a button asks for: an operation and its arguments; with `confirm`, only after the person agreed to it. */
const request = z.strictObject({
  operation: z.string(),
  arguments: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  confirm: z.strictObject({ title: z.string(), text: z.string() }).optional(),
});
const execute = z.strictObject({
  type: z.literal('Action.Execute'),
  title: z.string(),
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  data: request,
});
export type Execute = z.infer<typeof execute>;

const toggle = z.strictObject({
  type: z.literal('Action.ToggleVisibility'),
  title: z.string(),
  targetElements: z.tuple([z.string()]),
});
const actionSet = z.strictObject({
  type: z.literal('ActionSet'),
  actions: z.array(z.discriminatedUnion('type', [execute, toggle])),
  spacing: textBlock.shape.spacing,
  separator: z.boolean().optional(),
});
export type ActionSet = z.infer<typeof actionSet>;

export interface Container {
  type: 'Container';
  id?: string;
  style?: Tone;
  bleed?: boolean;
  isVisible?: boolean;
  separator?: boolean;
  spacing?: TextBlock['spacing'];
  items: Element[];
}
export interface Column {
  type: 'Column';
  width: 'auto' | 'stretch';
  verticalContentAlignment?: 'top' | 'center';
  items: Element[];
}
export interface ColumnSet {
  type: 'ColumnSet';
  columns: Column[];
  separator?: boolean;
  spacing?: TextBlock['spacing'];
}
export type Element = TextBlock | FactSet | Input | ActionSet | Container | ColumnSet;

const element: z.ZodType<Element> = z.lazy(() =>
  z.discriminatedUnion('type', [textBlock, factSet, textInput, choiceInput, actionSet, container, columnSet]),
);
const container = z.strictObject({
  type: z.literal('Container'),
  id: z.string().optional(),
  style: tone.optional(),
  bleed: z.boolean().optional(),
  isVisible: z.boolean().optional(),
  separator: z.boolean().optional(),
  spacing: textBlock.shape.spacing,
  items: z.array(element),
});
const columnSet = z.strictObject({
  type: z.literal('ColumnSet'),
  columns: z.array(
    z.strictObject({
      type: z.literal('Column'),
      width: z.enum(['auto', 'stretch']),
      verticalContentAlignment: z.enum(['top', 'center']).optional(),
      items: z.array(element),
    }),
  ),
  separator: z.boolean().optional(),
  spacing: textBlock.shape.spacing,
});

export const adaptiveCard = z.strictObject({
  type: z.literal('AdaptiveCard'),
  version: z.literal('1.5'),
  body: z.array(element),
});
export type AdaptiveCard = z.infer<typeof adaptiveCard>;
